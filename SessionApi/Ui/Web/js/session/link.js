import { Line } from "../line.js";

// The live line of a session, over the resumable protocol: it goes on after the last frame that it has seen, and sends a message again until
// the server has told what became of it. So a break of any length loses nothing and repeats nothing.

const mostPending = 50;
const lastPatience = 600_000; // for what waits when nobody looks any more
const openDeadline = 40_000; // the server may wait for its worker before it lets a client go on
const unsent = new Set(); // links with messages that the agent has not got
const left = new Map(); // session id -> the one of them whose page was left

// Who leaves the page now would lose them.
addEventListener("beforeunload", event => unsent.size > 0 && event.preventDefault());

export class SessionLink {
  #id; #place = null; #pending = new Map(); #line; #handlers; #isReady = false; #isClosing = false;

  /// @param handlers { frame, state, gap, pending, gone }
  constructor(id, handlers) {
    this.#id = id;
    this.#handlers = handlers;
    left.get(id)?.#handOver(this);
    this.#line = new Line({
      address: () => [`/ws/${id}`, { after: this.#place ? `${this.#place.epoch}.${this.#place.seq}` : "turn" }],
      silence: 18_000,
      openDeadline,
      ping: { type: "ping" },
      onMessage: frame => this.#on(frame),
      onState: state => {
        this.#isReady = false;
        this.#handlers.state(state);
      },
      onEnd: event => event.code === 1000 && event.reason === "session deleted" && (this.#end(), this.#handlers.gone(), true),
    });
  }

  /// The messages of which the server has not said what became of them.
  get pending() { return [...this.#pending.values()]; }

  get pendingCount() { return this.#pending.size; }

  isPending(id) { return this.#pending.has(id); }

  /// Runs a turn, now or when the line is back. Null when too many wait.
  sendMessage(content, attachments) {
    if (this.#pending.size >= mostPending) return null;
    const message = { type: "user_message", id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, content, attachments };
    this.#pending.set(message.id, message);
    unsent.add(this);
    if (this.#isReady) this.#line.send(message);
    this.#handlers.pending();
    return message.id;
  }

  /// Sends what has a meaning only now. False when there is no line.
  send(message) { return this.#isReady && this.#line.send(message); }

  /// Nobody looks any more. What waits is sent all the same, by this link or by the next one of the session.
  /// @param onLost (messages): there was no line for too long
  close(onLost) {
    this.#handlers = silent;
    this.#isClosing = true;
    if (this.#pending.size === 0) {
      this.#end();
      return;
    }
    left.set(this.#id, this);
    setTimeout(() => {
      if (this.#pending.size > 0) onLost(this.pending);
      this.#end();
    }, lastPatience);
  }

  #handOver(next) {
    next.#pending = this.#pending;
    this.#pending = new Map();
    unsent.add(next);
    this.#end();
  }

  #end() {
    unsent.delete(this);
    if (left.get(this.#id) === this) left.delete(this.#id);
    this.#line.close();
  }

  #settle(id) {
    if (!this.#pending.delete(id)) return;
    this.#handlers.pending();
    if (this.#pending.size > 0) return;
    unsent.delete(this);
    if (this.#isClosing) this.#end();
  }

  #on(frame) {
    if (frame.seq !== undefined && frame.type !== "connected" && frame.type !== "gap") {
      if (this.#place?.epoch === frame.epoch && frame.seq <= this.#place.seq) return;
      this.#place = { epoch: frame.epoch, seq: frame.seq };
    }
    switch (frame.type) {
      case "connected":
        this.#place ??= { epoch: frame.epoch, seq: frame.seq };
        this.#handlers.state("live");
        return;
      case "gap":
        this.#place = { epoch: frame.epoch, seq: frame.seq };
        this.#handlers.gap(frame);
        return;
      case "permission_requests_snapshot": // the last of what is sent on open: what was missed has come
        this.#isReady = true;
        this.#pending.forEach(message => this.#line.send(message));
        break;
      case "accepted":
      case "completed":
        this.#settle(frame.id);
        break;
    }
    this.#handlers.frame(frame);
  }
}

const nothing = () => {};
const silent = { frame: nothing, state: nothing, gap: nothing, pending: nothing, gone: nothing };
