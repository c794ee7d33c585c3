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

  /// Fetches the rows of a range that are not known, or not known to be as they are now, and gives up on those outside of it.
  /// True when something came.
  async ensure(first, last) {
    if (this.rows || this.count === 0) return false;
    const firstPage = Math.floor(first / pageRows), lastPage = Math.floor(Math.min(last, this.count - 1) / pageRows);
    for (const [page, fetching] of this.loading) if (page < firstPage || page > lastPage) fetching.abort();
    const wanted = [];
    for (let page = firstPage; page <= lastPage; page++) if (!this.pages.get(page)?.fresh && !this.loading.has(page)) wanted.push(page);
    return (await Promise.all(wanted.map(page => this.#fetch(page)))).some(came => came);
  }

  /// Nobody looks at it now.
  giveUp() {
    for (const fetching of this.loading.values()) fetching.abort();
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

  async #fetch(page) {
    const known = this.pages.get(page);
    const fetching = new AbortController();
    this.loading.set(page, fetching);
    this.aged.delete(page);
    try {
      const query = new URLSearchParams({ ...this.query, limit: pageRows, offset: page * pageRows });
      const { answer, etag, notModified } = await call("GET", `/api/sessions?${query}`, { signal: fetching.signal, etag: known?.etag });
      const fresh = !this.aged.has(page); // unless it has changed on the way
      if (notModified) {
        known.fresh = fresh;
        return false;
      }
      this.pages.delete(page); // the newest stand last
      this.pages.set(page, { rows: answer.sessions, etag, fresh });
      if (this.pages.size > keptPages) this.pages.delete(this.pages.keys().next().value);
      return true;
    } finally {
      this.loading.delete(page);
    }
  }
}

export const rowId = row => row?.id ?? row?.sessionId;
