import { el } from "../dom.js";
import { text } from "../text.js";
import { article, thinking, withoutTags } from "./messages.js";
import { GrowingProse } from "./prose.js";

const endLetters = 40; // of what was said last, by which it is found again
const mostShown = 400; // of what a turn says; the transcript has all of it

// What goes on now, from the frames of the live stream. A turn is a section of its own until the transcript has it.

export class LiveTurn {
  #tools; #said = null; #thought = null; #attempt = null; #input = null; #ending = "";
  isDone = false;
  userText = null;

  constructor(tools) {
    this.#tools = tools;
    this.element = el("section", { class: "turn", "aria-busy": "true" }); // read when it is done, not with every word
  }

  get isEmpty() { return this.element.childElementCount === 0; }

  /// A message of a person: shown when it is sent from here, or when the agent repeats one that came from elsewhere.
  addUser(content) {
    this.userText = content;
    const element = article("user", [el("div", { class: "said" }, withoutTags(content))]);
    this.#add(element);
    return element;
  }

  /// A message that the agent never got: what was written is not to be lost.
  addFailed(element, problem) {
    element.append(el("p", { class: "problem" }, problem));
    this.#add(element);
  }

  /// Shows what a frame says of the turn's output.
  apply(frame) {
    switch (frame.type) {
      case "content_start": this.#start(frame); break;
      case "content_delta": this.#grow(frame); break;
      case "thinking": this.#think(frame); break;
      case "tool_use_complete": this.#tool(frame); break;
      case "tool_result": this.#result(frame); break;
      case "status": this.#remember(); break; // a new message of the model begins
      case "streaming_fallback": if (frame.cause === "stream_retry") this.#rollBack(); break;
    }
  }

  /// An error or a note that the transcript may not have.
  note(role, message) {
    this.#close();
    this.#add(article(role, [el("p", {}, message)]));
  }

  finish() {
    this.#close();
    this.isDone = true;
    this.element.removeAttribute("aria-busy");
    for (const card of this.#tools.cards.values()) if (this.element.contains(card.element)) card.settle();
  }

  /// Whether messages of the transcript have what was said last: an agent may write it down a moment after it has ended.
  isIn(messages) {
    const said = messages.filter(message => message.type === "assistant").flatMap(message => Array.isArray(message.content) ? message.content : [{ text: message.content }]);
    return squeezed(said.map(block => block.text ?? "").join("")).includes(squeezed(this.#ending).slice(-endLetters));
  }

  /// Notes survive what the transcript says instead.
  get notes() { return [...this.element.querySelectorAll(":scope > [data-role=error], :scope > .sending")]; }

  #start(frame) {
    this.#close();
    if (frame.blockType === "tool_use") {
      this.#input = this.#card(frame);
    } else {
      this.#say();
    }
  }

  #grow(frame) {
    if (frame.toolInput !== undefined) this.#input?.stream(frame.toolInput);
    else if (frame.text) {
      (this.#said ?? this.#say()).append(frame.text);
      this.#ending = `${this.#ending}${frame.text}`.slice(-4 * endLetters);
    }
  }

  #say() {
    this.#said = new GrowingProse();
    this.#ending = "";
    this.#add(article("assistant", [this.#said.element]));
    return this.#said;
  }

  #think(frame) {
    if (!this.#thought) {
      this.#close();
      this.#thought = thinking("");
      this.#add(article("assistant", [this.#thought.element]));
    }
    if (frame.complete) this.#thought.set(frame.text);
    else this.#thought.append(frame.text);
    if (frame.complete) this.#thought = null;
  }

  #tool(frame) {
    const card = this.#tools.cards.get(frame.toolUseId) ?? this.#card(frame);
    card.setInput(frame.input);
    this.#input = null;
  }

  #result(frame) {
    const card = this.#tools.cards.get(frame.toolUseId) ?? this.#card({ ...frame, toolName: text.tool.result });
    card.setResult(frame.content, frame.isError === true);
  }

  #card(frame) {
    this.#close();
    const card = this.#tools.card(frame.toolUseId, frame.toolName ?? "");
    const parent = frame.parentToolUseId ? this.#tools.cards.get(frame.parentToolUseId) : undefined;
    if (parent) this.#add(card.element, parent.nested);
    else this.#add(article("assistant", [card.element]));
    return card;
  }

  // A turn of hours says more than a page can hold: what is oldest leaves, but for the question.
  #add(element, place = this.element) {
    place.append(element);
    if (place.childElementCount <= mostShown) return;
    const oldest = place.children[1];
    if (oldest === this.#attempt) this.#attempt = place.children[0];
    oldest.remove();
    this.#tools.prune();
  }

  #remember() {
    this.#close();
    this.#attempt = this.element.lastElementChild;
  }

  // The model begins its message again: what it had said of it is taken back.
  #rollBack() {
    this.#close();
    this.#ending = "";
    while (this.element.lastElementChild && this.element.lastElementChild !== this.#attempt) this.element.lastElementChild.remove();
    this.#tools.prune();
  }

  #close() {
    this.#said?.finish();
    this.#said = this.#thought = this.#input = null;
  }
}

const squeezed = said => String(said).replace(/\s+/g, "");
