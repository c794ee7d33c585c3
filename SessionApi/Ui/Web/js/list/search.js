import { call, post } from "../api.js";
import { el } from "../dom.js";
import { oneAtATime } from "../task.js";
import { text } from "../text.js";
import { Section } from "./sections.js";

// Search as somebody types: titles at once, then what was said.

const textPause = 160;
const shortestText = 2;
const mostHits = 50;

export class Search {
  #onFound; #query = ""; #titles = null; #texts = null; #running = new AbortController(); #timer = 0; #findTitles = null; #findTexts = null;

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

  /// The sessions have changed: what was found may have. It stands until the newer is there.
  again() {
    if (this.#query === "") return;
    this.#titles?.age();
    this.#findTitles();
    if (this.#timer === 0) this.#findTexts();
  }

  #typed() {
    const query = this.input.value.trim();
    if (query === this.#query) return;
    this.#query = query;
    this.#running.abort();
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#texts = null; // those of another query
    if (query === "") {
      this.#titles = null;
      this.#onFound({ isNew: true });
    } else {
      this.#begin(query);
    }
  }

  #begin(query) {
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#findTitles = oneAtATime(() => this.#askForTitles(query, signal), signal);
    this.#findTexts = query.length < shortestText ? () => {} : oneAtATime(() => this.#askForTexts(query, signal), signal);
    this.#findTitles();
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#findTexts();
    }, textPause);
  }

  async #askForTitles(query, signal) {
    try {
      const { answer } = await call("GET", `/api/sessions?${new URLSearchParams({ title: query, limit: 0 })}`, { signal });
      const isNew = this.#titles?.query.title !== query;
      const titles = isNew ? new Section({ key: "titles", label: text.list.titles, query: { title: query } }) : this.#titles;
      titles.count = answer.total;
      if (isNew) await titles.ensure(0, 20);
      if (signal.aborted) return;
      this.#titles = titles;
      this.#tell(isNew);
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  async #askForTexts(query, signal) {
    try {
      const { results, truncated } = await post("/api/search/sessions", { query, limit: mostHits, matchesPerSession: 1 }, { signal });
      if (signal.aborted) return;
      this.#texts ??= new Section({ key: "texts", label: text.list.texts, rows: [], isHit: true });
      Object.assign(this.#texts, { rows: results, count: results.length, title: truncated ? text.list.more : undefined });
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
