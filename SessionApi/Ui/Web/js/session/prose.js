import { button, el } from "../dom.js";
import { text } from "../text.js";
import { markdown } from "./markdown.js";

// A text of the conversation: rendered whole, or as it comes.

const mostRendered = 200_000;
const mostShown = 20_000;

export function prose(source) {
  const element = el("div", { class: "prose" });
  if (source.length <= mostRendered) element.append(markdown(source));
  else element.append(long(source));
  return element;
}

/// A text that may be long, as it is, with its beginning shown first.
export function long(source, most = mostShown) {
  const pre = el("pre", { class: "plain", tabindex: "0" }, source.slice(0, most));
  if (source.length <= most) return pre;
  const all = button(text.session.cut(source.length), {
    class: "quiet",
    onclick: () => {
      pre.textContent = source;
      all.remove();
    },
  });
  return el("div", {}, pre, all);
}

/// Renders a text as it grows. Blocks that are complete are rendered once; only the last one is rendered again, the less often the longer it is.
export class GrowingProse {
  #tail = ""; #place = el("div", { class: "tail" }); #timer = 0; #cut = 0; #length = 0;
  element = el("div", { class: "prose" }, this.#place);

  append(more) {
    this.#length += more.length;
    if (this.#length > mostRendered) {
      this.#grow(more);
      return;
    }
    this.#tail += more;
    this.#timer ||= setTimeout(() => this.#render(), Math.max(30, this.#tail.length / 100));
  }

  finish() {
    if (this.#timer || this.#tail) this.#render();
    this.#place.replaceWith(...this.#place.childNodes);
  }

  #render() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const end = completeUntil(this.#tail);
    if (end > 0) {
      this.#place.before(markdown(this.#tail.slice(0, end)));
      this.#tail = this.#tail.slice(end);
    }
    this.#place.replaceChildren(markdown(this.#tail));
  }

  // Beyond what is rendered, the rest is added as it is, and cut where nobody reads on.
  #grow(more) {
    if (!this.rest) {
      this.#render();
      this.rest = el("pre", { class: "plain" });
      this.element.append(this.rest);
    }
    const room = mostRendered - this.#cut;
    this.#cut += more.length;
    if (room > 0) this.rest.append(more.slice(0, room));
  }
}

// The end of the last blank line before which all blocks are complete: not within a fence, and not before a line that belongs to a list above.
function completeUntil(source) {
  let end = 0, at = 0, open = null;
  for (const line of source.split("\n")) {
    const next = at + line.length + 1;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && (open === null || (line.trim().startsWith(open) && line.trim() === mark))) open = open === null ? mark : null;
    if (open === null && line.trim() === "" && next < source.length && /^[^\s\-*+\d>|]/.test(source.slice(next))) end = next;
    at = next;
  }
  return end;
}
