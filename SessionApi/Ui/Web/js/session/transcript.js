import { get } from "../api.js";
import { button, el } from "../dom.js";
import { oneAtATime } from "../task.js";
import { text } from "../text.js";
import { LiveTurn } from "./live.js";
import { article, render, renderNested, Tools } from "./messages.js";

// The conversation on screen: a window of the transcript, and behind it the turns that go on. When a turn has ended, what the transcript says of
// it takes the place of what was streamed. The window is bounded: what is far above or below leaves it.

const pageSize = 60;
const mostShown = 400;
const mostTurns = 20; // that have ended, and that no transcript tells of
const nearEnd = 80; // pixels
const mostTries = 5; // to find an answer in the transcript: 0.1 s later, then after twice as long each time

export class Transcript {
  #id; #tools = new Tools(); #before = null; #lastId = null; #loading = null; #stuck = true; #turns = []; #tries = 0; #closed = new AbortController(); #sizes;

  constructor(id) {
    this.#id = id;
    this.older = button(text.session.older, { id: "load-older", class: "quiet", onclick: () => this.#loadOlder() });
    this.history = el("div", { class: "history" });
    this.live = el("div", { class: "live" });
    this.waiting = el("div", { class: "waiting" }); // messages that no turn has begun with
    this.content = el("div", { class: "content" }, this.older, this.history, this.live, this.waiting);
    this.element = el("div", { id: "transcript", role: "log", "aria-label": text.session.conversation, tabindex: "0" }, this.content);
    this.toEnd = button(text.session.toEnd, { class: "to-end", hidden: true, onclick: () => this.#showEnd() });
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#sizes = new ResizeObserver(() => this.#stuck && this.#down());
    this.#sizes.observe(this.content);
    this.#sizes.observe(this.element);
  }

  close() {
    this.#closed.abort();
    this.#sizes.disconnect();
  }

  /// Where the session works.
  setFolder(folder) { this.#tools.setFolder(folder); }

  /// Loads the newest page and shows it; turns that go on stay behind it.
  async load() {
    const page = await this.#page();
    this.live.hidden = false;
    this.#replace({ ...page, messages: this.#withoutOpenTurn(page.messages) });
    if (page.messages.length === 0 && page.nextBefore === null) this.history.replaceChildren(el("p", { class: "hint" }, text.session.empty));
  }

  /// A message that was written here and waits for its turn.
  addWaiting(content) {
    const element = article("user", [el("div", { class: "said" }, content)]);
    element.classList.add("sending");
    this.waiting.append(element);
    this.#showEnd();
    return element;
  }

  /// Everything live is forgotten: the transcript tells what there is.
  async reload(note) {
    this.#turns = [];
    this.live.replaceChildren();
    await this.load();
    if (note) this.turn.note("system", note);
  }

  /// Shows what has been said meanwhile, and keeps the place.
  catchUp() { return this.#reconcile(); }

  /// The turn that goes on, or the next one.
  get turn() {
    const last = this.#turns.at(-1);
    if (last && !last.isDone) return last;
    const turn = new LiveTurn(this.#tools);
    this.#turns.push(turn);
    this.live.append(turn.element);
    if (this.#turns.length > mostTurns) this.#turns.shift().element.remove();
    return turn;
  }

  /// The turn has ended: from here on the transcript says what it was.
  async endTurn() {
    this.turn.finish();
    this.#tries = 0;
    await this.#reconcile();
  }

  #replace(page) {
    this.history.replaceChildren();
    this.#before = page.nextBefore;
    this.history.append(...render(page.messages, this.#tools));
    renderNested(page.nested, this.#tools);
    this.#lastId = page.messages.at(-1)?.id ?? this.#lastId;
    this.#tools.prune();
    this.#showOlder();
    this.#down();
  }

  #reconcile = oneAtATime(async () => {
    try {
      this.#settle(await this.#sinceLast());
    } catch {
      // What was streamed stays on screen, and the end of the next turn tries again.
    }
  }, this.#closed.signal);

  // The newest page, and those before it up to what is shown: a turn may have more messages than a page.
  async #sinceLast() {
    let page = await this.#page();
    const isKnown = message => message.id === this.#lastId;
    while (this.#lastId !== null && page.nextBefore !== null && page.messages.length < mostShown && !page.messages.some(isKnown)) {
      const older = await this.#page(page.nextBefore);
      page = { messages: [...older.messages, ...page.messages], nested: [...older.nested, ...page.nested], nextBefore: older.nextBefore };
    }
    return page;
  }

  #settle(page) {
    if (this.live.hidden) {
      this.#dropEnded();
      return; // the end is loaded when it is asked for
    }
    const ended = this.#turns.filter(turn => turn.isDone);
    const messages = this.#withoutOpenTurn(page.messages);
    const known = messages.findIndex(message => message.id === this.#lastId);
    const isEmpty = this.#lastId === null;
    const fresh = messages.slice(known + 1);
    if (fresh.length === 0) {
      renderNested(page.nested, this.#tools); // an agent in the background goes on behind the turn that began it
      return; // an agent that writes no transcript
    }
    if (ended.length > 0 && !ended.at(-1).isIn(fresh)) {
      this.#later();
      return;
    }
    const unfolded = new Set([...this.live.querySelectorAll("details.tool[open]")].map(details => details.dataset.toolId));
    const notes = ended.flatMap(turn => turn.notes);
    this.#dropEnded();
    if (known < 0 && !isEmpty && !this.#stuck) {
      this.#leaveEnd(mostShown);
      return;
    }
    if ((known < 0 && !isEmpty) || (this.#stuck && this.history.childElementCount > mostShown)) {
      this.#replace({ ...page, messages });
    } else {
      if (isEmpty) {
        this.history.replaceChildren();
        this.#before = page.nextBefore;
        this.#showOlder();
      }
      this.history.append(...render(fresh, this.#tools));
      renderNested(page.nested, this.#tools);
      this.#lastId = fresh.at(-1).id;
    }
    this.history.append(...notes);
    for (const id of unfolded) this.#tools.cards.get(id)?.element.setAttribute("open", "");
    this.#tools.prune();
    if (this.#stuck) this.#down();
    else if (this.history.childElementCount > 2 * mostShown) this.#leaveEnd(2 * mostShown);
  }

  // What is not written down yet stays as it was streamed; if it never is, until the next turn has ended.
  #later() {
    if (this.#tries < mostTries) setTimeout(() => this.#closed.signal.aborted || this.#reconcile(), 100 * 2 ** this.#tries++);
  }

  #dropEnded() {
    this.#turns.filter(turn => turn.isDone).forEach(turn => turn.element.remove());
    this.#turns = this.#turns.filter(turn => !turn.isDone);
  }

  // The turn that goes on is on screen already, from its message on; the transcript may have some of it.
  #withoutOpenTurn(messages) {
    const open = this.#turns.find(turn => !turn.isDone && turn.userText);
    if (!open) return messages;
    const last = messages.findLastIndex(message => message.type === "user" && !message.parentToolUseId);
    const isIts = last >= 0 && JSON.stringify(messages[last].content).includes(JSON.stringify(open.userText.trim()).slice(1, -1));
    return isIts ? messages.slice(0, last) : messages;
  }

  async #loadOlder() {
    if (this.#loading || this.#before === null) return;
    this.older.textContent = text.session.loadingOlder;
    const before = this.#before;
    this.#loading = this.#page(before);
    try {
      const page = await this.#loading;
      if (this.#before !== before) return; // what is shown is another now
      const height = this.element.scrollHeight;
      this.#before = page.nextBefore;
      this.history.prepend(...render(page.messages, this.#tools));
      renderNested(page.nested, this.#tools);
      this.element.scrollTop += this.element.scrollHeight - height;
      if (this.history.childElementCount > mostShown) this.#leaveEnd(mostShown);
    } catch (error) {
      if (!this.#closed.signal.aborted) this.older.textContent = text.session.loadFailed(error.message);
      return;
    } finally {
      this.#loading = null;
    }
    this.#showOlder();
    this.#scrolled();
  }

  // Who reads far above does not see the end: it leaves, and comes back when it is asked for.
  #leaveEnd(most) {
    while (this.history.childElementCount > most) this.history.lastElementChild.remove();
    this.#tools.prune();
    this.live.hidden = true;
  }

  async #showEnd() {
    if (this.live.hidden) {
      try {
        await this.load();
        this.#dropEnded();
      } catch {
        return; // where the end is missing it is not shown; the button stays
      }
    }
    this.#down();
  }

  /// @returns { messages, nested, nextBefore }: what was said in the conversation itself, and by agents that it has begun
  async #page(before = null) {
    const query = new URLSearchParams({ limit: pageSize, ...(before === null ? {} : { before }) });
    const { messages, nextBefore } = await get(`/api/sessions/${this.#id}/messages?${query}`, { signal: this.#closed.signal });
    const isNested = message => Boolean(message.parentToolUseId);
    return { messages: messages.filter(message => !isNested(message)), nested: messages.filter(isNested), nextBefore };
  }

  #showOlder() {
    this.older.hidden = this.#before === null;
    this.older.textContent = text.session.older;
  }

  #scrolled() {
    this.#stuck = !this.live.hidden && this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < nearEnd;
    this.toEnd.hidden = this.#stuck;
    if (this.element.scrollTop < 200 && this.element.scrollHeight > this.element.clientHeight) this.#loadOlder();
  }

  #down() {
    this.element.scrollTop = this.element.scrollHeight;
    this.#stuck = true;
    this.toEnd.hidden = true;
  }
}
