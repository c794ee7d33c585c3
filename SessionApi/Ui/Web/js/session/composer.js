import { get } from "../api.js";
import { button, el, icon } from "../dom.js";
import { bytes } from "../format.js";
import { text } from "../text.js";

// Where a person writes: text, attachments, the model and how much the agent may do without asking.

const mostAttached = 20_000_000; // bytes of all files together; the server takes a message of 48 MiB, and base64 makes three bytes four

export class Composer {
  #handlers; #files = [];

  /// @param handlers { send(content, attachments), stop(), model(id), mode(mode) }
  constructor(handlers) {
    this.#handlers = handlers;
    this.message = el("textarea", {
      id: "message", rows: "1", placeholder: text.composer.placeholder, "aria-label": text.composer.label,
      onkeydown: event => this.#key(event), oninput: () => this.#fit(), onpaste: event => this.#take(event, event.clipboardData),
    });
    this.input = el("input", { id: "files", type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => this.#addAll(this.input.files) });
    this.chips = el("ul", { class: "chips" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.model = el("select", { id: "model", "aria-label": text.composer.model, title: text.composer.model, onchange: () => handlers.model(this.model.value) },
      el("option", { value: "" }, text.composer.defaultModel));
    this.mode = el("select", { id: "mode", "aria-label": text.composer.mode, title: text.composer.mode, onchange: () => handlers.mode(this.mode.value) },
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
    this.#loadModels();
  }

  focus() { this.message.focus(); }

  get isEmpty() { return this.message.value.trim() === "" && this.#files.length === 0; }

  showRunning(runs) { this.stopButton.hidden = !runs; }

  showMode(mode) { if (mode in text.modes) this.mode.value = mode; }

  showModel(id) {
    if (!id) return;
    if (![...this.model.options].some(option => option.value === id)) this.model.append(el("option", { value: id }, id));
    this.model.value = id;
  }

  say(problem) { this.problem.textContent = problem; }

  async #loadModels() {
    const { models } = await get("/api/models").catch(() => ({ models: [] }));
    const chosen = this.model.value;
    this.model.append(...models.filter(model => ![...this.model.options].some(option => option.value === model.id))
      .map(model => el("option", { value: model.id }, model.name)));
    this.model.value = chosen;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const content = this.message.value.trim();
    if (this.isEmpty || !this.#handlers.send(content, this.#files.map(({ name, mimeType, data }) => ({ type: mimeType.startsWith("image/") ? "image" : "file", name, mimeType, data })))) return;
    this.message.value = "";
    this.#files = [];
    this.say("");
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
    for (const file of files) await this.#add(file);
    this.input.value = "";
    this.#showFiles();
  }

  async #add(file) {
    if (this.#files.reduce((sum, other) => sum + other.size, file.size) > mostAttached) {
      this.say(text.composer.tooLarge(file.name, bytes(mostAttached)));
      return;
    }
    try {
      const url = await new Promise((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = () => fail(reader.error);
        reader.readAsDataURL(file);
      });
      this.#files.push({ name: file.name || text.session.image, size: file.size, mimeType: file.type || "application/octet-stream", data: url.slice(url.indexOf(",") + 1) });
    } catch {
      this.say(text.composer.unreadable(file.name));
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
