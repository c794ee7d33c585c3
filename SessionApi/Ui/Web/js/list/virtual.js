import { el } from "../dom.js";

// A list of any length: only what is seen has elements. Each section is a header and its rows; all rows of a section are equally high, so that
// every place is known without measuring. An element belongs to what it shows, not to its place: it moves with its session, and so does the focus.

const spare = 6; // rows above and below what is seen
export const heights = { header: 34, row: 54, hit: 76 };

export class VirtualList {
  #scroller; #canvas; #fill; #onRange; #blocks = []; #elements = new Map(); #frame = 0; #height = 0;
  #activeKey = null; // what was chosen; null when nothing was, or when it is gone
  count = 0;
  active = 0; // its place, where keys go on from

  /// @param fill (element, section, index) => void; index -1 is the header
  /// @param onRange called with what is seen: [[section, first, last], …]
  constructor(scroller, { fill, onRange }) {
    this.#scroller = scroller;
    this.#fill = fill;
    this.#onRange = onRange;
    this.#canvas = el("div", { class: "canvas", role: "presentation" });
    scroller.append(this.#canvas);
    scroller.tabIndex = -1; // has the focus when what had it is gone
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    scroller.addEventListener("focusin", event => {
      const item = event.target.closest(".item");
      if (item) this.#choose(item.flat);
    });
    new ResizeObserver(() => this.#schedule()).observe(scroller);
  }

  /// Shows other sections, or the same with other counts. The place is kept.
  show(sections) {
    let top = 0, start = 0;
    this.#blocks = sections.map(section => {
      const rowHeight = section.isHit ? heights.hit : heights.row;
      const block = { section, top, start, rowHeight, rowsTop: top + heights.header };
      top = block.rowsTop + section.visibleCount * rowHeight;
      start += 1 + section.visibleCount;
      return block;
    });
    this.count = start;
    this.#height = top;
    this.#canvas.style.height = `${top}px`;
    this.render();
  }

  /// Begins anew: at the top, with nothing chosen.
  reset() {
    this.active = 0;
    this.#activeKey = null;
    this.#scroller.scrollTop = 0;
  }

  /// What was chosen, wherever it stands now; null when nothing was, or when it is gone.
  get chosen() { return this.#activeKey === null ? null : this.itemAt(this.active); }

  /// What stands at a place: its section and the index of the row, -1 for the header.
  itemAt(flat) {
    const block = this.#blockAt(flat, block => block.start);
    return block ? { section: block.section, index: flat - block.start - 1 } : null;
  }

  flatOf(section, index) {
    const block = this.#blocks.find(block => block.section === section);
    return block && index < section.visibleCount ? block.start + 1 + index : -1;
  }

  /// Makes a place the one that keys act on, brings it into view and gives it the focus.
  focus(flat) {
    if (this.count === 0) return;
    this.#choose(Math.max(0, Math.min(this.count - 1, flat)));
    const [top, height] = this.#placeOf(this.active);
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
    else if (top + height > this.#scroller.scrollTop + this.#scroller.clientHeight) this.#scroller.scrollTop = top + height - this.#scroller.clientHeight;
    this.render();
    this.#elements.get(this.#keyOf(this.active))?.querySelector("a,button")?.focus({ preventScroll: true });
  }

  get pageSize() { return Math.max(1, Math.floor(this.#scroller.clientHeight / heights.row) - 1); }

  render() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#follow();
    const top = this.#scroller.scrollTop, bottom = top + this.#scroller.clientHeight;
    const seen = this.#seen(Math.max(0, top - spare * heights.row), Math.min(this.#height, bottom + spare * heights.row));
    const wanted = new Map();
    if (this.count > 0) wanted.set(this.#keyOf(this.active), this.active); // it may have the focus
    for (const [block, first, last] of seen) {
      for (let flat = block.start + 1 + first; flat <= block.start + 1 + last; flat++) {
        const key = this.#keyOf(flat);
        // Pages that were fetched at different times may both have a session.
        wanted.set(wanted.has(key) && wanted.get(key) !== flat ? `${key}\n${flat}` : key, flat);
      }
    }
    for (const [key, flat] of wanted) this.#rename(this.#unknownKeyOf(flat), key);
    for (const [key, element] of this.#elements) {
      if (wanted.has(key)) continue;
      // Keys that change what is chosen must not mean its neighbour.
      if (element.contains(document.activeElement)) this.#scroller.focus({ preventScroll: true });
      element.remove();
      this.#elements.delete(key);
    }
    // From the last to the first, so that a new element is put before the one that is read after it.
    let next = null;
    for (const [key, flat] of [...wanted].sort(([, a], [, b]) => b - a)) next = this.#put(key, flat, next);
    this.#onRange(seen.map(([block, first, last]) => [block.section, Math.max(0, first), last]).filter(([, first, last]) => last >= first));
  }

  #choose(flat) {
    this.active = flat;
    this.#activeKey = this.#keyOf(flat);
  }

  // A row has become known: its element is the one that stood for it.
  #rename(unknown, key) {
    const element = this.#elements.get(unknown);
    if (!element || this.#elements.has(key)) return;
    this.#elements.delete(unknown);
    this.#elements.set(key, element);
    if (this.#activeKey === unknown) this.#activeKey = key;
  }

  // Finds what was chosen among what is shown now.
  #follow() {
    this.active = Math.min(this.active, Math.max(0, this.count - 1));
    if (this.#activeKey === null || (this.count > 0 && this.#keyOf(this.active) === this.#activeKey)) return;
    for (const { section, start } of this.#blocks) {
      const index = section.indexOfKey(this.#activeKey);
      if (index >= -1 && index < section.visibleCount) {
        this.active = start + 1 + index;
        return;
      }
    }
    this.#activeKey = null;
  }

  #keyOf(flat) {
    const { section, index } = this.itemAt(flat);
    return section.keyAt(index);
  }

  #unknownKeyOf(flat) {
    const { section, index } = this.itemAt(flat);
    return section.unknownKeyAt(index);
  }

  #put(key, flat, next) {
    let element = this.#elements.get(key);
    if (!element) {
      element = el("div", { class: "item", role: "listitem" });
      this.#elements.set(key, element);
      this.#canvas.insertBefore(element, next);
    }
    const [top, height] = this.#placeOf(flat);
    if (element.top !== top || element.height !== height) {
      element.style.transform = `translateY(${top}px)`;
      element.style.height = `${height}px`;
      Object.assign(element, { top, height });
    }
    element.flat = flat;
    element.setAttribute("aria-posinset", flat + 1);
    element.setAttribute("aria-setsize", this.count);
    const { section, index } = this.itemAt(flat);
    this.#fill(element, section, index);
    const target = element.firstElementChild;
    if (target) target.tabIndex = flat === this.active ? 0 : -1;
    return element;
  }

  #seen(top, bottom) {
    const seen = [];
    for (let i = Math.max(0, this.#blocks.indexOf(this.#blockAt(top, block => block.top))); i < this.#blocks.length; i++) {
      const block = this.#blocks[i];
      if (block.top >= bottom) break;
      const first = top < block.rowsTop ? -1 : Math.floor((top - block.rowsTop) / block.rowHeight);
      const last = Math.min(block.section.visibleCount - 1, Math.floor((bottom - block.rowsTop) / block.rowHeight));
      seen.push([block, first, last]);
    }
    return seen;
  }

  #placeOf(flat) {
    const block = this.#blockAt(flat, block => block.start);
    const index = flat - block.start - 1;
    return index < 0 ? [block.top, heights.header] : [block.rowsTop + index * block.rowHeight, block.rowHeight];
  }

  #blockAt(value, of) {
    let low = 0, high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (of(this.#blocks[middle]) <= value) low = middle;
      else high = middle - 1;
    }
    return this.#blocks[low];
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => this.render());
  }
}
