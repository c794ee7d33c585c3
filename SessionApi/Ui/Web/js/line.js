import { socketAddress } from "./api.js";

// One WebSocket that is opened again for as long as it is wanted. What it says of itself is what is known: a line on which nothing was heard
// for too long is cut, and counts as offline until something is heard again.

const firstDelay = 200;
const longestDelay = 8_000;

export class Line {
  #address; #silence; #ping; #openDeadline; #socket = null; #attempt = 0; #timer = 0; #watch = 0; #heardAt = 0; #askedAt = 0; #closed = false;

  /// @param address () => [path, query], asked for at each attempt
  /// @param silence after how many milliseconds without a word the line counts as dead
  /// @param openDeadline how many milliseconds the server may take to open it
  /// @param ping what is sent to hear something, or null when the server speaks by itself
  constructor({ address, silence, openDeadline = 6_000, ping, onMessage, onState, onEnd }) {
    this.#address = address;
    this.#silence = silence;
    this.#openDeadline = openDeadline;
    this.#ping = ping;
    this.onMessage = onMessage;
    this.onState = onState;
    this.onEnd = onEnd ?? (() => false);
    this.again = () => this.#soon();
    addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.again);
    this.#open();
  }

  get isOpen() { return this.#socket?.readyState === WebSocket.OPEN; }

  send(message) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close() {
    this.#closed = true;
    removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.again);
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#socket?.close();
    this.#socket = null;
  }

  #open() {
    clearTimeout(this.#timer);
    this.onState(this.#attempt === 0 ? "connecting" : "offline");
    const [path, query] = this.#address();
    const socket = new WebSocket(socketAddress(path, query));
    this.#socket = socket;
    this.#heardAt = performance.now();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#look(socket), 1000);
    socket.onmessage = event => {
      if (this.#socket !== socket) return;
      this.#heardAt = performance.now();
      this.#attempt = 0;
      this.onMessage(JSON.parse(event.data));
    };
    socket.onclose = event => this.#ended(socket, event);
  }

  #look(socket) {
    if (this.#socket !== socket) return;
    const now = performance.now(), quiet = now - this.#heardAt;
    if (socket.readyState === WebSocket.CONNECTING ? quiet > this.#openDeadline : this.#isDead(now)) {
      this.#ended(socket, { code: 4000, reason: "silence" });
      socket.close();
    } else if (this.#ping && quiet > this.#silence / 3 && this.#askedAt <= this.#heardAt && this.send(this.#ping)) {
      this.#askedAt = now;
    }
  }

  // Silence alone says nothing of a line that is asked: in a tab that nobody sees, looks are a minute apart.
  #isDead(now) {
    return this.#ping ? this.#askedAt > this.#heardAt && now - this.#askedAt > this.#silence * 2 / 3 : now - this.#heardAt > this.#silence;
  }

  #ended(socket, event) {
    if (this.#socket !== socket || this.#closed) return;
    this.#socket = null;
    clearInterval(this.#watch);
    this.onState("offline");
    if (this.onEnd(event)) return;
    // Some chance in the wait, so that many pages do not come back in one moment.
    const delay = Math.min(longestDelay, firstDelay * 2 ** this.#attempt++) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  // The network is back, or somebody looks again: now is a good moment.
  #soon() {
    if (!this.#closed && this.#socket === null && document.visibilityState === "visible") {
      this.#attempt = 1;
      this.#open();
    }
  }
}
