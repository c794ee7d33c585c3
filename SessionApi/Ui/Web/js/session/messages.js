import { el } from "../dom.js";
import { exactly, when } from "../format.js";
import { text } from "../text.js";
import { prose } from "./prose.js";
import { image, ToolCard } from "./tools.js";

// The messages of a transcript as elements. Calls of tools and their results find each other in `tools`, also across pages.

/// Every tool that is on screen, and the results whose call is not (yet).
export class Tools {
  cards = new Map();
  orphans = new Map(); // tool id -> { element, content, isError }
  #folder = "";

  setFolder(folder) {
    this.#folder = folder;
    for (const card of this.cards.values()) card.setFolder(folder);
  }

  card(id, name) {
    const card = new ToolCard(id, name, this.#folder);
    this.cards.set(id, card);
    const orphan = this.orphans.get(id);
    if (orphan) {
      orphan.element.remove();
      this.orphans.delete(id);
      card.setResult(orphan.content, orphan.isError);
    }
    return card;
  }

  /// Forgets what is not on screen any more.
  prune() {
    for (const [id, card] of this.cards) if (!card.element.isConnected) this.cards.delete(id);
    for (const [id, orphan] of this.orphans) if (!orphan.element.isConnected) this.orphans.delete(id);
  }
}

/// @returns the elements of messages in their order
export function render(messages, tools) {
  return messages.map(message => renderOne(message, tools)).filter(element => element);
}

/// Puts what agents of an agent said into the folds of the calls that began them. A page has all of it behind the conversation's own messages; what
/// is in its fold already stays.
export function renderNested(messages, tools) {
  let runs = [...Map.groupBy(messages, message => message.parentToolUseId)];
  for (let before = Infinity; runs.length < before;) { // a call may itself be within another
    before = runs.length;
    runs = runs.filter(([id, run]) => !fill(tools.cards.get(id), run, tools));
  }
}

function fill(card, run, tools) {
  const shown = `${run.length} ${run.at(-1).id}`;
  if (card && card.shown !== shown) {
    card.shown = shown;
    card.nested.replaceChildren(...render(run, tools));
  }
  return Boolean(card);
}

function renderOne(message, tools) {
  const blocks = typeof message.content === "string" ? [{ type: "text", text: message.content }] : Array.isArray(message.content) ? message.content : [];
  const isPerson = message.type === "user";
  const parts = blocks.map(block => part(block, isPerson, tools)).filter(made => made);
  if (parts.length === 0) return null;
  return article(isPerson ? "user" : message.type === "system" ? "system" : "assistant", parts, message);
}

function part(block, isPerson, tools) {
  switch (block.type) {
    case "text": {
      const said = isPerson ? withoutTags(String(block.text ?? "")) : String(block.text ?? "");
      return said.trim() === "" ? null : isPerson ? el("div", { class: "said" }, said) : prose(said);
    }
    case "thinking": return block.thinking ? thinking(String(block.thinking)).element : null;
    case "tool_use": {
      const card = tools.card(String(block.id), String(block.name ?? ""));
      card.setInput(block.input);
      return card.element;
    }
    case "tool_result": return result(block, tools);
    case "image": return image(block);
    case "document": return el("span", { class: "chip" }, text.session.attachment);
    default: return null;
  }
}

function result(block, tools) {
  const id = String(block.tool_use_id);
  const known = tools.cards.get(id);
  if (known) {
    known.setResult(block.content, block.is_error === true);
    return null;
  }
  const card = new ToolCard(id, text.tool.result);
  card.setResult(block.content, block.is_error === true);
  tools.orphans.set(id, { element: card.element, content: block.content, isError: block.is_error === true });
  return card.element;
}

/// One thing that was said, with who and when for those who ask.
export function article(role, parts, message = {}) {
  const who = role === "user" ? text.session.you : role === "assistant" ? text.session.agent : "";
  return el("article", { "data-role": role, "data-id": message.id, "aria-label": who || undefined },
    message.timestamp && role === "user" ? el("time", { class: "at", title: exactly(message.timestamp), datetime: message.timestamp }, when(message.timestamp)) : null,
    ...parts);
}

/// What the agent thought, folded; it can grow.
export function thinking(initial) {
  const body = el("div", { class: "thought" }, initial);
  return {
    element: el("details", { class: "thinking" }, el("summary", {}, text.session.thought), body),
    append: more => body.append(more),
    set: all => body.replaceChildren(all),
  };
}

// A command that a person gave is wrapped for the agent; people read the command.
export function withoutTags(said) {
  const command = /<command-name>([\s\S]*?)<\/command-name>/.exec(said);
  if (!command) return said;
  const rest = /<command-args>([\s\S]*?)<\/command-args>/.exec(said)?.[1] ?? "";
  return `${command[1].trim()} ${rest.trim()}`.trim();
}
