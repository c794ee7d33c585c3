import { call, post } from "../api.js";
import { el } from "../dom.js";
import { text } from "../text.js";
import { Section } from "./sections.js";

// Search as somebody types: titles at once, then what was said.

const textPause = 160;
const shortestText = 2;
const mostHits = 50;

export class Search {
  #onFound; #query = ""; #titles = null; #texts = null; #running = new AbortController(); #timer = 0;

  constructor(onFound) {
    this.#onFound = onFound;
    this.input = el("input", {
      id: "search", type: "search", placeholder: text.list.search, "aria-label": text.list.search, autocomplete: "off", spellcheck: "false", maxlength: "200",
      oninput: () => this.#typed(),
    });
    this.element = el("div", { class: "search", role: "search" }, this.input);
  }

  /// What was found; null while nothing is searched for.
  get sections() {
    return this.#query === "" || !this.#titles ? null : [this.#titles, ...(this.#texts ? [this.#texts] : [])];
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  clear() {
    this.input.value = "";
    this.#typed();
  }

  /// The sessions have changed: what was found may have.
  again() {
    if (this.#query !== "") this.#find(false);
  }

  #typed() {
    const query = this.input.value.trim();
    if (query === this.#query) return;
    this.#query = query;
    clearTimeout(this.#timer);
    if (query === "") {
      this.#running.abort();
      this.#titles = this.#texts = null;
      this.#onFound({ isNew: true });
      return;
    }
    this.#find(true);
  }

  async #find(isNew) {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const query = this.#query;
    clearTimeout(this.#timer);
    if (query.length >= shortestText) this.#timer = setTimeout(() => this.#findTexts(query, signal), isNew ? textPause : 0);
    try {
      const titles = new Section({ key: "titles", label: text.list.titles, query: { title: query } });
      const { answer } = await call("GET", `/api/sessions?${new URLSearchParams({ title: query, limit: 0 })}`, { signal });
      titles.count = answer.total;
      await titles.ensure(0, 20);
      if (signal.aborted) return;
      this.#titles = titles;
      if (query.length < shortestText) this.#texts = null;
      this.#tell(isNew);
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  async #findTexts(query, signal) {
    try {
      const answer = await post("/api/search/sessions", { query, limit: mostHits, matchesPerSession: 1 }, { signal });
      this.#texts = new Section({ key: "texts", label: text.list.texts, rows: answer.results, isHit: true, title: answer.truncated ? text.list.more : undefined });
      this.#tell(false);
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  #tell(isNew) {
    const count = (this.#titles?.count ?? 0) + (this.#texts?.count ?? 0);
    this.#onFound({ isNew, message: count === 0 ? text.list.nothing : text.list.matches(count) });
  }

  #fail(error, signal) {
    if (!signal.aborted) this.#onFound({ isNew: false, message: error.message });
  }
}
