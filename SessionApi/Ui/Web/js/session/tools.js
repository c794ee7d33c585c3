import { el } from "../dom.js";
import { text } from "../text.js";
import { diff } from "./diff.js";
import { codeBlock } from "./markdown.js";
import { long, prose } from "./prose.js";

// A call of a tool, folded: what it is about in one line, what it was given and gave in the fold.

const mostSummary = 160;
const mostStreamed = 4000;

export class ToolCard {
  #name; #folder; #input = null; #diffs = []; #streamed = ""; #result = null;

  /// @param folder where the session works: paths in it are shown without it
  constructor(id, name, folder) {
    this.id = id;
    this.#name = name;
    this.#folder = folder;
    this.about = el("span", { class: "tool-about" });
    this.stateSign = el("span", { class: "tool-state" });
    this.body = el("div", { class: "tool-body" });
    this.nested = el("div", { class: "nested" });
    this.element = el("details", { class: "tool", "data-tool-id": id, "data-tool-name": name, ontoggle: () => this.#fold() },
      el("summary", {}, el("span", { class: "tool-name" }, name), this.about, this.stateSign), this.body, this.nested);
    this.#become("running");
  }

  get name() { return this.#name; }

  stream(fragment) {
    if (this.#streamed.length < mostStreamed) this.#streamed += fragment;
    this.about.textContent = cut(this.#streamed.replace(/\s+/g, " "));
  }

  setInput(input) {
    this.#input = input ?? {};
    this.#streamed = "";
    this.#diffs = diffsOf(this.#name, this.#input);
    this.#sum();
    this.#fold();
  }

  setFolder(folder) {
    this.#folder = folder;
    if (this.#input) this.#sum();
  }

  setResult(content, isError) {
    this.#result = { content, isError };
    this.#become(isError ? "failed" : "done");
    this.#fold();
  }

  /// The turn is over: what has no result will not get one.
  settle() {
    if (this.element.dataset.state === "running") this.#become("done");
  }

  #become(state) {
    this.element.dataset.state = state;
    this.stateSign.textContent = text.tool[state];
  }

  #sum() {
    this.about.textContent = cut(summary(this.#name, this.#input, this.#folder));
    const sum = kind => this.#diffs.reduce((sum, diff) => sum + diff[kind], 0);
    if (this.#diffs.length > 0) this.about.append(" ", el("span", { class: "tool-lines" }, text.tool.lines(sum("added"), sum("removed"))));
  }

  // What is in the fold is made when somebody looks.
  #fold() {
    if (!this.element.open) {
      this.body.replaceChildren();
      return;
    }
    this.body.replaceChildren(inputOf(this.#name, this.#input ?? {}, this.#diffs));
    if (this.#result) this.body.append(el("div", { class: "tool-result" }, el("h4", {}, text.tool.result), ...resultOf(this.#result.content)));
  }
}

const cut = value => value.length > mostSummary ? `${value.slice(0, mostSummary)}…` : value;

/// One line about what a tool was given.
function summary(name, input, folder) {
  const [file, notebook, path] = [input.file_path, input.notebook_path, input.path].map(value => within(folder, value));
  const value = input.description && name !== "Bash" ? input.description
    : input.command ?? file ?? notebook ?? path ?? input.pattern ?? input.query ?? input.url ?? input.skill ?? input.prompt;
  if (name === "TodoWrite" && Array.isArray(input.todos)) return input.todos.find(todo => todo.status === "in_progress")?.content ?? `${input.todos.length}`;
  if (name === "Grep" && path) return `${input.pattern} · ${path}`;
  return typeof value === "string" ? value.replace(/\s+/g, " ") : "";
}

const within = (folder, path) => folder && typeof path === "string" && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

const diffsOf = (name, input) => editsOf(name, input).map(([before, after]) => diff(before, after));

function editsOf(name, input) {
  if (name === "Edit" && typeof input.old_string === "string") return [[input.old_string, String(input.new_string ?? "")]];
  if (name === "MultiEdit" && Array.isArray(input.edits)) return input.edits.map(edit => [String(edit.old_string ?? ""), String(edit.new_string ?? "")]);
  if (name === "Write" && typeof input.content === "string") return [["", input.content]];
  return [];
}

/// What a tool was given, as people read it.
export function inputOf(name, input, diffs = diffsOf(name, input)) {
  if (diffs.length > 0) return el("div", {}, el("p", { class: "path" }, String(input.file_path ?? "")), ...diffs.map(({ element }) => element));
  if (name === "Bash" && typeof input.command === "string") return codeBlock(input.command, "bash");
  if (name === "ExitPlanMode" && typeof input.plan === "string") return prose(input.plan);
  if (name === "TodoWrite" && Array.isArray(input.todos)) {
    return el("ul", { class: "todos" }, ...input.todos.map(todo => el("li", { "data-status": todo.status }, String(todo.content ?? ""))));
  }
  return long(JSON.stringify(input, null, 2));
}

function resultOf(content) {
  if (typeof content === "string") return [long(content)];
  if (!Array.isArray(content)) return [long(JSON.stringify(content, null, 2) ?? "")];
  return content.map(block => block?.type === "text" ? long(String(block.text ?? ""))
    : block?.type === "image" ? image(block) : long(JSON.stringify(block, null, 2)));
}

/// A picture that is in the transcript itself; one from elsewhere is not fetched.
export function image(block) {
  const source = block.source ?? {};
  return source.type === "base64" && /^image\/(png|jpeg|gif|webp)$/.test(source.media_type)
    ? el("img", { class: "picture", alt: text.session.image, src: `data:${source.media_type};base64,${source.data}` })
    : el("span", { class: "chip" }, text.session.image);
}
