import { call } from "../api.js";

// What the list shows, section by section: a project, the sessions that live, what a search has found. A section knows how many rows it has and
// gives those that it knows; others it fetches when they are looked at.

const pageRows = 50;
const keptPages = 60;

export class Section {
  /// @param query the parameters of GET /api/sessions that name its rows, or null when the rows are given
  constructor({ key, label, title, count = 0, query = null, rows = null, isHit = false }) {
    Object.assign(this, { key, label, title, count: rows?.length ?? count, query, rows, isHit });
    this.collapsed = false;
    this.pages = new Map();
    this.loading = new Map(); // page -> AbortController
    this.aged = new Set(); // pages that are being fetched and have changed since
  }

  get visibleCount() { return this.collapsed ? 0 : this.count; }

  at(index) {
    if (this.rows) return this.rows[index];
    return this.pages.get(Math.floor(index / pageRows))?.rows[index % pageRows];
  }

  /// What names a row wherever it stands; a row that is not known is named by its place. Index -1 is the header.
  keyAt(index) {
    const id = index < 0 ? "" : rowId(this.at(index));
    return id === undefined ? this.unknownKeyAt(index) : this.#key(id);
  }

  unknownKeyAt(index) { return this.#key(`#${index}`); }

  /// The place of what has that name: -1 for the header, -2 when it is not here.
  indexOfKey(key) {
    if (key === this.#key("")) return -1;
    const start = this.#key("");
    if (!key.startsWith(start)) return -2;
    const name = key.slice(start.length);
    const index = name.startsWith("#") ? Number(name.slice(1)) : this.indexOf(name);
    return index < 0 ? -2 : index;
  }

  #key(name) { return `${this.key}\n${name}`; }

  /// Fetches the rows of a range that are not known, or not known to be as they are now, and gives up on those outside of it.
  /// True when something came.
  async ensure(first, last) {
    if (this.rows || this.count === 0) return false;
    const firstPage = Math.floor(first / pageRows), lastPage = Math.floor(Math.min(last, this.count - 1) / pageRows);
    for (const page of this.loading.keys()) if (page < firstPage || page > lastPage) this.#stop(page);
    const wanted = [];
    for (let page = firstPage; page <= lastPage; page++) {
      if (this.pages.get(page)?.fresh || this.loading.has(page)) continue;
      wanted.push([page, new AbortController()]);
      this.loading.set(...wanted.at(-1));
      this.aged.delete(page);
    }
    const answers = await Promise.allSettled(wanted.map(([page, { signal }]) => this.#fetch(page, signal)));
    // All in one: a session that has moved from one page to the next is never in none.
    wanted.forEach(([page, fetching], i) => this.#keep(page, fetching, answers[i].value));
    const failure = answers.find(({ reason }, i) => reason && !wanted[i][1].signal.aborted);
    if (failure) throw failure.reason;
    return answers.some(({ value }) => value && !value.notModified);
  }

  /// Nobody looks at it now.
  giveUp() {
    for (const page of this.loading.keys()) this.#stop(page);
  }

  /// What is known may be old: it is still shown, and fetched again when it is looked at.
  age() {
    for (const page of this.pages.values()) page.fresh = false;
    for (const page of this.loading.keys()) this.aged.add(page);
  }

  /// The place of a session among the rows that are known; -1 when it is not among them.
  indexOf(id) {
    if (this.rows) return this.rows.findIndex(row => rowId(row) === id);
    for (const [page, { rows }] of this.pages) {
      const index = rows.findIndex(row => row.id === id);
      if (index >= 0) return page * pageRows + index;
    }
    return -1;
  }

  #fetch(page, signal) {
    const query = new URLSearchParams({ ...this.query, limit: pageRows, offset: page * pageRows });
    return call("GET", `/api/sessions?${query}`, { signal, etag: this.pages.get(page)?.etag });
  }

  #stop(page) {
    this.loading.get(page).abort();
    this.loading.delete(page);
  }

  #keep(page, fetching, answered) {
    if (this.loading.get(page) !== fetching) return;
    this.loading.delete(page);
    if (!answered) return;
    const known = answered.notModified ? this.pages.get(page) : { rows: answered.answer.sessions, etag: answered.etag };
    if (!known) return;
    known.fresh = !this.aged.has(page); // unless it has changed on the way
    this.pages.delete(page); // the newest stand last
    this.pages.set(page, known);
    if (this.pages.size > keptPages) this.pages.delete(this.pages.keys().next().value);
  }
}

export const rowId = row => row?.id ?? row?.sessionId;
