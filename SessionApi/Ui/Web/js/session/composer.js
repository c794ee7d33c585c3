import { get } from "../api.js";
import { button, el, icon } from "../dom.js";
import { bytes } from "../format.js";
import { text } from "../text.js";

// Where a person writes: text, attachments, the model and how much the agent may do without asking.

const mostDrafts = 50;
const drafts = new Map(); // session id -> what was being written when its page was left
const mostAttached = 20_000_000; // bytes of all files together; the server takes a message of 48 MiB, and base64 makes three bytes four

/// Keeps what was written for a session until its page is opened again; behind what is kept already.
export function keepDraft(id, content) {
  drafts.set(id, [drafts.get(id), content].filter(Boolean).join("\n\n"));
  if (drafts.size > mostDrafts) drafts.delete(drafts.keys().next().value);
}

export class Composer {
  #id; #handlers; #files = []; #reading = 0; #confirmed = { mode: "default", model: "" };

  /// @param handlers { send(content, attachments), stop(), model(id), mode(mode) }; model and mode return whether the server was told
  constructor(id, handlers) {
    this.#id = id;
    this.#handlers = handlers;
    this.message = el("textarea", {
      id: "message", rows: "1", placeholder: text.composer.placeholder, "aria-label": text.composer.label,
      onkeydown: event => this.#key(event), oninput: () => this.#fit(), onpaste: event => this.#take(event, event.clipboardData),
    });
    this.input = el("input", { id: "files", type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => this.#addAll(this.input.files) });
    this.chips = el("ul", { class: "chips" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.model = el("select", { id: "model", "aria-label": text.composer.model, title: text.composer.model, onchange: () => this.#ask("model") },
      el("option", { value: "" }, text.composer.defaultModel));
    this.mode = el("select", { id: "mode", "aria-label": text.composer.mode, title: text.composer.mode, onchange: () => this.#ask("mode") },
      ...Object.entries(text.modes).map(([value, label]) => el("option", { value }, label)));
    this.stopButton = button(icon("stop"), { id: "stop", class: "danger", title: `${text.composer.stop} (Ctrl .)`, hidden: true, onclick: () => handlers.stop() }, text.composer.stop);
    this.element = el("form", {
      id: "composer", onsubmit: event => this.#submit(event),
      ondragover: event => event.preventDefault(), ondrop: event => this.#take(event, event.dataTransfer),
    },
      this.chips, this.message, this.problem,
      el("div", { class: "composer-actions" },
        button(icon("clip"), { id: "attach", class: "quiet", "aria-label": text.composer.attach, title: text.composer.attach, onclick: () => this.input.click() }), this.input,
        this.model, this.mode, el("span", { class: "grow" }), this.stopButton,
        el("button", { id: "send", type: "submit", class: "primary", title: `${text.composer.send} (Enter)` }, icon("send"), text.composer.send)));
    this.message.value = drafts.get(id) ?? "";
    this.#loadModels();
  }

  /// Keeps what was being written, but not its attachments.
  close() {
    drafts.delete(this.#id);
    if (this.message.value.trim() !== "") keepDraft(this.#id, this.message.value);
  }

  focus() { this.message.focus(); }

  get isEmpty() { return this.message.value.trim() === "" && this.#files.length === 0; }

  showRunning(runs) { this.stopButton.hidden = !runs; }

  /// @param chosenStays what is told may be older than what has been chosen here, and of which the server has said nothing yet
  showMode(mode, { chosenStays = false } = {}) {
    if (mode in text.modes && !(chosenStays && this.#isPending("mode"))) this.#confirm("mode", mode);
  }

  showModel(id, { chosenStays = false } = {}) {
    if (!id || (chosenStays && this.#isPending("model"))) return;
    if (![...this.model.options].some(option => option.value === id)) this.model.append(el("option", { value: id }, id));
    this.model.options[0].disabled = true; // a session that has a model of its own cannot be without one again
    this.#confirm("model", id);
  }

  /// The server has refused a change: what is shown is what is so.
  revert() {
    this.#confirm("mode", this.#confirmed.mode);
    this.#confirm("model", this.#confirmed.model);
  }

  say(problem) { this.problem.textContent = problem; }

  // What somebody chooses counts when the server says so: in a turn that is when the turn has ended.
  #ask(what) {
    const select = this[what];
    if (!this.#handlers[what](select.value)) {
      this.revert();
      this.say(text.composer.notChanged);
      return;
    }
    select.dataset.pending = "";
    select.title = text.composer.pendingChange;
  }

  #isPending(what) { return this[what].dataset.pending !== undefined; }

  #confirm(what, value) {
    this.#confirmed[what] = value;
    this[what].value = value;
    this[what].title = text.composer[what];
    delete this[what].dataset.pending;
  }

  async #loadModels() {
    const { models } = await get("/api/models").catch(() => ({ models: [] }));
    const chosen = this.model.value;
    this.model.append(...models.filter(model => ![...this.model.options].some(option => option.value === model.id))
      .map(model => el("option", { value: model.id }, model.name)));
    this.model.value = chosen;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.repeat) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const content = this.message.value.trim();
    if (this.#reading > 0) {
      this.say(text.composer.reading);
      return;
    }
    this.say("");
    if (this.isEmpty || !this.#handlers.send(content, this.#files.map(({ name, mimeType, data }) => ({ type: mimeType.startsWith("image/") ? "image" : "file", name, mimeType, data })))) return;
    this.message.value = "";
    this.#files = [];
    this.#showFiles();
    this.#fit();
  }

  #fit() {
    this.message.style.height = "auto";
    this.message.style.height = `${Math.min(this.message.scrollHeight, 240)}px`;
  }

  #take(event, data) {
    if (!data || data.files.length === 0) return;
    event.preventDefault();
    this.#addAll(data.files);
  }

  async #addAll(files) {
    await Promise.all([...files].map(file => this.#add(file)));
    this.input.value = "";
  }

  // What is still being read counts, and no message is sent before it is there: it belongs to what is being written.
  async #add(file) {
    if (this.#files.reduce((sum, other) => sum + other.size, this.#reading + file.size) > mostAttached) {
      this.say(text.composer.tooLarge(file.name, bytes(mostAttached)));
      return;
    }
    const place = { name: file.name || text.session.image, size: file.size, mimeType: file.type || "application/octet-stream" };
    this.#reading += file.size;
    try {
      const url = await new Promise((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = () => fail(reader.error);
        reader.readAsDataURL(file);
      });
      this.#files.push({ ...place, data: url.slice(url.indexOf(",") + 1) });
      this.#showFiles();
    } catch {
      this.say(text.composer.unreadable(file.name));
    } finally {
      this.#reading -= file.size;
    }
  }

  #showFiles() {
    this.chips.replaceChildren(...this.#files.map(file => el("li", { class: "chip" }, `${file.name} · ${bytes(file.size)} `,
      button("×", {
        "aria-label": text.composer.remove(file.name),
        onclick: () => {
          this.#files = this.#files.filter(other => other !== file);
          this.#showFiles();
        },
      }))));
  }
}
