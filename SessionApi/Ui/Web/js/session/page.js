import { get } from "../api.js";
import { button, el, icon } from "../dom.js";
import { rename } from "../list/changes.js";
import { text } from "../text.js";
import { toast } from "../toast.js";
import { Composer, keepDraft } from "./composer.js";
import { SessionLink } from "./link.js";
import { Permissions } from "./permissions.js";
import { Transcript } from "./transcript.js";

const retryPause = 3000;
const output = new Set(["content_start", "content_delta", "thinking", "tool_use_complete", "tool_result"]);

// One session: its conversation, what goes on in it, and where a person takes part.

export class SessionPage {
  #id; #link; #isOpen = false; #stops = false; #waiting = []; #joined = false; #state = "loading"; #closed = new AbortController();

  constructor(id, { list, remove }) {
    this.#id = id;
    this.transcript = new Transcript(id);
    this.permissions = new Permissions(response => {
      if (!this.#link.send(response)) this.#say(text.session.answerWaits);
    });
    this.composer = new Composer(id, {
      send: (content, attachments) => this.#send(content, attachments),
      stop: () => this.stop(),
      model: model => this.#link.send({ type: "set_runtime_config", providerId: null, modelId: model }),
      mode: mode => this.#link.send({ type: "set_permission_mode", mode }),
    });
    this.title = el("h1", { id: "session-title" }, list.rowOf(id)?.title ?? text.list.untitled);
    this.folder = el("span", { class: "session-folder" });
    this.connection = el("span", { id: "session-connection", role: "status" });
    this.turnSign = el("span", { id: "turn", role: "status" });
    this.notice = el("p", { class: "notice", role: "status", hidden: true });
    this.element = el("section", { id: "session", "aria-labelledby": "session-title" },
      el("header", { class: "session-head" },
        el("a", { class: "button quiet back", href: "/", "aria-label": text.nav.back }, icon("back")),
        el("div", { class: "session-name" }, this.title, this.folder),
        this.turnSign, this.connection,
        button(icon("pencil"), { class: "quiet", "data-action": "rename", "aria-label": text.rename.action, title: `${text.rename.action} (F2)`, onclick: () => this.#rename() }),
        button(icon("trash"), { class: "quiet", "data-action": "delete", "aria-label": text.remove.action, title: text.remove.action, onclick: () => remove(id, this.title.textContent) })),
      this.notice, this.transcript.element, this.transcript.toEnd, this.permissions.element, this.composer.element);
    this.#showTurn();
    this.#link = new SessionLink(id, {
      frame: frame => this.#on(frame),
      state: state => this.#showConnection(state),
      gap: frame => this.#gap(frame),
      pending: () => this.#showPending(),
      gone: () => this.#gone(),
    });
    for (const { id: messageId, content } of this.#link.pending) this.#wait(messageId, content); // written when this page was open before
    this.#load();
    list.element.addEventListener("rows", () => this.#name(list.rowOf(id)), { signal: this.#closed.signal });
  }

  close() {
    this.#closed.abort();
    this.composer.close();
    this.#link.close(messages => {
      keepDraft(this.#id, messages.map(message => message.content).join("\n\n"));
      toast(text.session.messageFailed);
    });
    this.transcript.close();
  }

  write() { this.composer.focus(); }

  answer(kind) { return this.permissions.answerFirst(kind); }

  stop() {
    if (!this.#runs) return false;
    if (!this.#link.send({ type: "stop_generation" })) {
      this.#say(text.session.notStopped);
      return true;
    }
    this.#stops = true; // what waits is stopped with it
    return true;
  }

  /// Escape: first out of what is being written.
  leave(event) {
    if (!this.element.contains(event.target) || event.target.tagName !== "TEXTAREA") return false;
    event.target.blur();
    this.transcript.element.focus();
    return true;
  }

  async #load() {
    this.#state = "loading";
    try {
      await this.transcript.load();
      this.#state = "loaded";
      this.#say("");
      await this.#describeAnew({ chosenStays: true }); // the row of the list may be old, or what a search has found
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      this.#state = "failed";
      if (error.status !== 404) setTimeout(() => this.#state === "failed" && !this.#closed.signal.aborted && this.#load(), retryPause);
      this.#say(error.status === 404 ? text.session.missing : text.session.loadFailed(error.message));
    }
  }

  async #describeAnew(how) {
    this.#describe((await get(`/api/sessions?${new URLSearchParams({ ids: this.#id })}`, { signal: this.#closed.signal })).sessions[0], how);
  }

  #name(row) {
    if (!row) return;
    if (!this.element.querySelector("input[data-rename]")) this.title.textContent = row.title || text.list.untitled;
    document.title = `${row.title || text.list.untitled} · ${text.product}`;
  }

  #describe(row, how) {
    if (!row) return;
    this.#name(row);
    this.folder.textContent = row.workDir ?? "";
    this.folder.title = row.workDir ?? "";
    this.transcript.setFolder(row.workDir ?? "");
    this.composer.showMode(row.permissionMode ?? "default", how);
    this.composer.showModel(row.runtimeModelId, how);
  }

  #rename() {
    rename(this.#id, this.title.textContent, this.title, () => {});
  }

  #send(content, attachments) {
    const id = this.#link.sendMessage(content, attachments);
    if (!id) return false;
    this.#stops = false;
    this.#wait(id, content);
    return true;
  }

  #wait(id, content) {
    this.#waiting.push({ id, content, element: this.transcript.addWaiting(content) });
    this.#showTurn();
  }

  #on(frame) {
    switch (frame.type) {
      case "permission_request": this.permissions.add(frame); break;
      case "permission_resolved":
        this.permissions.resolve(frame.requestId);
        this.#say("");
        break;
      case "permission_requests_snapshot":
        this.permissions.keep(frame.toolRequestIds);
        this.#join(frame.turnActive);
        this.#become(frame.turnActive);
        break;
      case "user_message_replay": this.#replayed(frame.content); break;
      case "status": this.#status(frame); break;
      case "completed": this.#completed(frame); break;
      case "message_complete": this.#complete(); break;
      case "error":
        this.composer.revert(); // it may be about a change
        this.transcript.turn.note("error", frame.message);
        break;
      case "session_title_updated": this.title.textContent = frame.title; break;
      case "permission_mode_changed": this.composer.showMode(frame.mode); break;
      case "runtime_config_applied": this.composer.showModel(frame.modelId); break;
      case "api_retry": this.#say(text.session.retry(frame.attempt, frame.maxRetries)); break;
      case "system_notification": this.#notified(frame); break;
    }
    if (output.has(frame.type)) {
      if (this.transcript.turn.isEmpty) this.#begin(null);
      this.transcript.turn.apply(frame);
      this.#say("");
      this.#become(true);
    } else if (frame.attemptStart || frame.type === "streaming_fallback") {
      this.transcript.turn.apply(frame);
    }
    this.#showTurn();
  }

  // On the first connection the open turn has come from its beginning: the transcript is shown without it.
  #join(turnActive) {
    const isFirst = !this.#joined;
    this.#joined = true;
    if ((isFirst && turnActive && this.transcript.turn.userText) || this.#state === "failed") this.#load();
    else if (!isFirst) this.#describeAnew().catch(() => {}); // what was changed meanwhile was told to others
  }

  // A turn begins: with the message that the agent repeats, or, if it repeats none, with the first that waits here.
  #begin(content) {
    const at = content === null ? 0 : this.#waiting.findIndex(waiting => waiting.content === content.trim());
    const own = this.#waiting[at];
    if (own) {
      own.element.remove();
      this.#waiting.splice(at, 1);
    }
    if (own || content !== null) this.transcript.turn.addUser(own?.content ?? content);
    this.#become(true);
  }

  #replayed(content) {
    if (this.transcript.turn.userText?.trim() !== content.trim()) this.#begin(content);
  }

  #status(frame) {
    if (frame.state === "idle") {
      this.#become(false);
      return;
    }
    this.#become(true);
    this.turnSign.textContent = frame.verb ?? text.session.status[frame.state] ?? text.session.turn.running;
  }

  #completed(frame) {
    const waiting = this.#waiting.find(waiting => waiting.id === frame.id);
    if (waiting && frame.outcome === "failed") this.transcript.turn.addFailed(waiting.element, text.session.messageFailed);
    else waiting?.element.remove();
    this.#waiting = this.#waiting.filter(waiting => waiting.id !== frame.id);
  }

  #complete() {
    this.#become(false);
    this.#say(""); // what was tried again, or not stopped, has ended
    this.transcript.endTurn();
  }

  #notified(frame) {
    if (frame.subtype === "init" && frame.data?.model) this.turnSign.title = frame.data.model;
    else if (frame.subtype === "session_cleared") this.transcript.reload(text.session.cleared);
    else if (frame.subtype === "compact_boundary") this.transcript.turn.note("system", text.session.compacted);
    else if (frame.message && frame.subtype === "goal_event") this.transcript.turn.note("system", frame.message);
  }

  async #gap(frame) {
    const wasQuiet = !this.#runs && frame.turnState !== "running";
    this.#waiting = this.#waiting.filter(waiting => {
      const waits = this.#link.isPending(waiting.id);
      if (!waits) waiting.element.remove(); // its turn has begun, or ended, in what is missing
      return waits;
    });
    this.#become(frame.turnState === "running");
    if (wasQuiet) await this.transcript.catchUp(); // as after a restart of the server: nothing was said
    else await this.transcript.reload(text.session.gap).catch(error => this.#say(text.session.loadFailed(error.message)));
  }

  #gone() {
    this.permissions.clear();
    this.#become(false);
    this.#say(text.session.deleted);
    this.composer.element.inert = true;
    this.#showConnection("offline");
  }

  // A turn is open, or a message waits for one.
  get #runs() { return this.#isOpen || (this.#waiting.length > 0 && !this.#stops); }

  #become(isOpen) {
    this.#isOpen = isOpen;
    this.#showTurn();
  }

  #showTurn() {
    const state = this.permissions.count > 0 ? "waiting" : this.#runs ? "running" : "idle";
    if (this.turnSign.dataset.state !== state || state !== "running") this.turnSign.textContent = text.session.turn[state];
    this.turnSign.dataset.state = state;
    this.composer.showRunning(this.#runs || this.permissions.count > 0);
  }

  #showConnection(state) {
    this.connection.dataset.state = state;
    this.connection.textContent = text.connection[state];
    this.#showPending();
  }

  #showPending() {
    const waits = this.connection.dataset.state === "live" ? 0 : this.#link?.pendingCount ?? 0;
    this.composer.say(waits > 0 ? text.composer.pending(waits) : "");
  }

  #say(message) {
    this.notice.hidden = message === "";
    this.notice.textContent = message;
  }
}
