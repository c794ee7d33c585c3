import { Line } from "../line.js";

// The live line of a session, over the resumable protocol: it goes on after the last frame that it has seen, and sends a message again until
// the server has told what became of it. So a break of any length loses nothing and repeats nothing.

const mostPending = 50;

export class SessionLink {
  #id; #place = null; #pending = new Map(); #line; #handlers; #isReady = false;

  /// @param handlers { frame, state, gap, pending, gone }
  constructor(id, handlers) {
    this.#id = id;
    this.#handlers = handlers;
    this.#line = new Line({
      address: () => [`/ws/${id}`, { after: this.#place ? `${this.#place.epoch}.${this.#place.seq}` : "turn" }],
      silence: 18_000,
      ping: { type: "ping" },
      onMessage: frame => this.#on(frame),
      onState: state => {
        this.#isReady = false;
        handlers.state(state);
      },
      onEnd: event => event.code === 1000 && event.reason === "session deleted" && (handlers.gone(), true),
    });
  }

  get pendingCount() { return this.#pending.size; }

  /// Runs a turn, now or when the line is back. Null when too many wait.
  sendMessage(content, attachments) {
    if (this.#pending.size >= mostPending) return null;
    const message = { type: "user_message", id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, content, attachments };
    this.#pending.set(message.id, message);
    if (this.#isReady) this.#line.send(message);
    this.#handlers.pending();
    return message.id;
  }

  /// Sends what has a meaning only now. False when there is no line.
  send(message) { return this.#isReady && this.#line.send(message); }

  close() { this.#line.close(); }

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
        if (this.#pending.delete(frame.id)) this.#handlers.pending();
        break;
    }
    this.#handlers.frame(frame);
  }
}
