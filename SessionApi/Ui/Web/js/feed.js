import { Line } from "./line.js";

// What happens in the list of sessions, as the server tells it (/ws-feed), for every part of the page that wants to know.

export class Feed extends EventTarget {
  state = "connecting";
  revision = null;
  activity = new Map();

  constructor() {
    super();
    this.line = new Line({
      address: () => ["/ws-feed", {}],
      silence: 13_000, // the server speaks every 5 s
      ping: null,
      onMessage: message => this.#on(message),
      onState: state => this.#become(state),
    });
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #on(message) {
    this.#become("online");
    if (message.type === "list") {
      this.revision = message.revision;
      this.dispatchEvent(new CustomEvent("list", { detail: message }));
    } else if (message.type === "activity") {
      this.activity = new Map(Object.entries(message.sessions));
      this.dispatchEvent(new CustomEvent("activity"));
    }
  }
}
