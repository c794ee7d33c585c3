import { call, get } from "../api.js";
import { el } from "../dom.js";
import { folderName } from "../format.js";
import { oneAtATime } from "../task.js";
import { text } from "../text.js";
import { fillHeader, fillRow } from "./rows.js";
import { Search } from "./search.js";
import { rowId, Section } from "./sections.js";
import { VirtualList } from "./virtual.js";

// The list of sessions: by project, newest first, what lives above all. It follows what the server tells, and keeps its place.

const refreshPause = 400; // while agents write, the list changes with every line
const mostLive = 50;

export class SessionList {
  #feed; #view; #sections = []; #live = new Section({ key: "live", label: text.list.live, rows: [] }); #collapsed = new Set();
  #outlineTag = null; #current = null; #ready = false; #seen = new Set();
  hidden = new Set();

  constructor(feed) {
    this.#feed = feed;
    this.notice = el("p", { class: "notice", role: "status", hidden: true });
    this.scroller = el("div", { id: "sessions", role: "list", "aria-label": text.list.label });
    this.count = el("span", { id: "list-count", role: "status" });
    this.search = new Search(found => this.#found(found));
    this.element = el("section", { class: "list", "aria-label": text.list.label },
      el("div", { class: "list-head" }, this.search.element, this.count), this.notice, this.scroller);
    this.#view = new VirtualList(this.scroller, {
      fill: (element, section, index) => this.#fill(element, section, index),
      onRange: range => this.#ensure(range),
    });
    feed.addEventListener("list", () => this.refresh());
    feed.addEventListener("activity", () => this.#activity());
    feed.addEventListener("state", event => event.detail === "online" && this.refresh());
    this.refresh();
  }

  /// The session that is open at the right.
  open(id) {
    this.#current = id;
    this.#view.render();
  }

  /// Fetches what has changed: at once, and then no more often than every refreshPause.
  refresh = oneAtATime(async () => {
    await this.#load();
    await new Promise(resolve => setTimeout(resolve, refreshPause));
  });

  /// What a change of this page has changed is shown before the server tells of it.
  hide(id, isHidden) {
    if (isHidden) this.hidden.add(id);
    else this.hidden.delete(id);
    this.#view.render();
  }

  rowOf(id) {
    for (const section of this.#shown) {
      const index = section.indexOf(id);
      if (index >= 0) return section.at(index);
    }
    return null;
  }

  /// The row that keys act on; null on a header, and when the row that was chosen is gone.
  get activeRow() {
    const item = this.#view.chosen;
    return item && item.index >= 0 ? item.section.at(item.index) ?? null : null;
  }

  focus() { this.#view.focus(this.#view.active); }

  onKey(event) {
    const view = this.#view;
    const moves = {
      ArrowDown: 1, ArrowUp: -1, PageDown: view.pageSize, PageUp: -view.pageSize, Home: -view.count, End: view.count,
    };
    if (event.key in moves) {
      const leavesTop = event.key === "ArrowUp" && view.active === 0;
      if (leavesTop) this.search.focus();
      else view.focus(view.active + moves[event.key]);
      return true;
    }
    const item = view.itemAt(view.active);
    if (item?.index === -1 && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      if (item.section.collapsed === (event.key === "ArrowRight")) this.#toggle(item.section);
      return true;
    }
    return false;
  }

  get #shown() {
    if (this.search.sections) return this.search.sections;
    return this.#live.count > 0 ? [this.#live, ...this.#sections] : this.#sections;
  }

  async #load() {
    try {
      const { answer, etag, notModified } = await call("GET", "/api/projects", { etag: this.#outlineTag });
      if (!notModified) {
        this.#outlineTag = etag;
        this.#outline(answer);
      }
      for (const section of this.#sections) section.age();
      this.search.again();
      await this.#loadLive();
      this.#view.show(this.#shown);
      this.#say(answer ? answer.index.state : null);
    } catch (error) {
      if (!this.#ready) {
        this.notice.hidden = false;
        this.notice.textContent = `${text.list.failed} ${error.message}`;
      }
    }
  }

  #outline(answer) {
    const before = new Map(this.#sections.map(section => [section.key, section]));
    this.#sections = answer.projects.map(project => {
      const section = before.get(project.projectPath)
        ?? new Section({ key: project.projectPath, label: folderName(project.workDir ?? project.projectPath), query: { project: project.projectPath } });
      section.title = project.workDir ?? project.projectPath;
      section.count = project.sessionCount;
      section.collapsed = this.#collapsed.has(section.key);
      return section;
    });
    this.total = answer.total;
    if (!this.search.sections) this.#sayCount(text.sessionCount(answer.total));
  }

  // It is read out when it is written, so it is written only when it is another.
  #sayCount(message) {
    if (this.count.textContent !== message) this.count.textContent = message;
  }

  #say(state) {
    if (state === null) return;
    this.notice.hidden = state === "ready";
    this.notice.textContent = state === "building" ? text.list.building : state === "degraded" ? text.list.degraded : "";
  }

  get #liveIds() { return [...this.#feed.activity.keys()].slice(0, mostLive); }

  async #loadLive() {
    const ids = this.#liveIds;
    this.#live.rows = ids.length === 0 ? [] : (await get(`/api/sessions?${new URLSearchParams({ ids: ids.join(","), limit: mostLive })}`)).sessions;
    this.#live.count = this.#live.rows.length;
  }

  #activity() {
    const known = new Set(this.#live.rows.map(rowId));
    const ids = this.#liveIds;
    if (ids.length !== known.size || ids.some(id => !known.has(id))) this.refresh();
    this.#view.render();
  }

  #fill(element, section, index) {
    if (index < 0) {
      fillHeader(element, section, section => this.#toggle(section));
      return;
    }
    const row = section.at(index);
    const id = rowId(row);
    fillRow(element, section, row, {
      mark: this.#feed.activity.get(id) ?? "",
      isOpen: id !== undefined && id === this.#current,
      isHidden: this.hidden.has(id),
    });
  }

  #toggle(section) {
    section.collapsed = !section.collapsed;
    if (section.collapsed) this.#collapsed.add(section.key);
    else this.#collapsed.delete(section.key);
    this.#view.show(this.#shown);
    this.#view.focus(this.#view.flatOf(section, -1));
  }

  // What is scrolled past is not waited for.
  async #ensure(range) {
    const seen = new Set(range.map(([section]) => section));
    for (const section of this.#seen) if (!seen.has(section)) section.giveUp();
    this.#seen = seen;
    try {
      const came = await Promise.all(range.map(([section, first, last]) => section.ensure(first, last)));
      if (came.some(any => any)) {
        this.#view.render();
        this.element.dispatchEvent(new CustomEvent("rows"));
      }
      this.#becomeReady();
    } catch {
      // Superseded, or the server is away; then the feed tells when it is back.
    }
  }

  #becomeReady() {
    if (this.#ready || this.total === undefined) return;
    this.#ready = true;
    this.notice.hidden ||= this.notice.textContent === "";
    performance.mark("list-shown");
    document.documentElement.dataset.ready = "true";
    this.element.dispatchEvent(new CustomEvent("ready"));
  }

  #found(found) {
    if (found.isNew) this.#view.reset();
    this.#view.show(this.#shown);
    this.#sayCount(found.message ?? text.sessionCount(this.total ?? 0));
  }
}
