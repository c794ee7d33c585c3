import { ApiError, get } from "../api.js";
import { when } from "../format.js";
import { text } from "../text.js";

// One part of the page: it is asked for and shown by itself, so that what hangs does not hide the others, and says since when its figures are old.

const interval = 2000;
export const patience = 5000; // figures older than this are not those of now

export class Part {
  #path; #show; #places; #timer = 0; #closed = new AbortController(); #failed = false; #openedAt = Date.now();
  answeredAt = null; // null before the first answer

  /// @param show puts an answer into the page
  /// @param places () => the elements that hold its figures
  constructor(path, show, places) {
    this.#path = path;
    this.#show = show;
    this.#places = places;
    this.#round();
  }

  close() {
    this.#closed.abort();
    clearTimeout(this.#timer);
  }

  /// Says whether its figures are those of now.
  mark() {
    const isOld = this.#failed || Date.now() - (this.answeredAt ?? this.#openedAt) > patience;
    for (const place of this.#places().filter(place => place)) {
      if (isOld) place.dataset.stale = text.system.noAnswer(when(this.answeredAt ?? NaN)); // shown by the style sheet
      else delete place.dataset.stale;
    }
  }

  async #round() {
    const { signal } = this.#closed;
    try {
      const answer = await get(this.#path, { signal });
      if (signal.aborted) return;
      this.#show(answer);
      this.answeredAt = Date.now();
      this.#failed = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) console.error(error); // a fault of this page
      this.#failed = true;
    } finally {
      if (!signal.aborted) {
        this.mark();
        this.#timer = setTimeout(() => this.#round(), interval);
      }
    }
  }
}
