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
  }

  get visibleCount() { return this.collapsed ? 0 : this.count; }

  at(index) {
    if (this.rows) return this.rows[index];
    return this.pages.get(Math.floor(index / pageRows))?.rows[index % pageRows];
  }

  /// Fetches the rows of a range that are not known, or not known to be as they are now. True when something came.
  async ensure(first, last, signal) {
    if (this.rows || this.count === 0) return false;
    const wanted = [];
    for (let page = Math.floor(first / pageRows); page <= Math.floor(Math.min(last, this.count - 1) / pageRows); page++) {
      if (!this.pages.get(page)?.fresh) wanted.push(page);
    }
    return (await Promise.all(wanted.map(page => this.#fetch(page, signal)))).some(came => came);
  }

  /// What is known may be old: it is still shown, and fetched again when it is looked at.
  age() {
    for (const page of this.pages.values()) page.fresh = false;
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

  async #fetch(page, signal) {
    const known = this.pages.get(page);
    if (known) known.fresh = true; // not asked for twice
    try {
      const query = new URLSearchParams({ ...this.query, limit: pageRows, offset: page * pageRows });
      const { answer, etag, notModified } = await call("GET", `/api/sessions?${query}`, { signal, etag: known?.etag });
      if (notModified) return false;
      this.pages.delete(page); // the newest stand last
      this.pages.set(page, { rows: answer.sessions, etag, fresh: true });
      if (this.pages.size > keptPages) this.pages.delete(this.pages.keys().next().value);
      return true;
    } catch (error) {
      if (known) known.fresh = false;
      throw error;
    }
  }
}

export const rowId = row => row?.id ?? row?.sessionId;
