import { el } from "../dom.js";

// A list of any length: only what is seen has elements. Each section is a header and its rows; all rows of a section are equally high, so that
// every place is known without measuring.

const spare = 6; // rows above and below what is seen
export const heights = { header: 34, row: 54, hit: 76 };

export class VirtualList {
  #scroller; #canvas; #fill; #onRange; #blocks = []; #elements = new Map(); #frame = 0; #height = 0;
  count = 0;
  active = 0;

  /// @param fill (element, section, index) => void; index -1 is the header
  /// @param onRange called with what is seen: [[section, first, last], …]
  constructor(scroller, { fill, onRange }) {
    this.#scroller = scroller;
    this.#fill = fill;
    this.#onRange = onRange;
    this.#canvas = el("div", { class: "canvas", role: "presentation" });
    scroller.append(this.#canvas);
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    scroller.addEventListener("focusin", event => {
      const item = event.target.closest(".item");
      if (item) this.active = item.flat;
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
    this.active = Math.min(this.active, Math.max(0, start - 1));
    this.#height = top;
    this.#canvas.style.height = `${top}px`;
    this.render();
  }

  toTop() { this.#scroller.scrollTop = 0; }

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
    this.active = Math.max(0, Math.min(this.count - 1, flat));
    const [top, height] = this.#placeOf(this.active);
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
    else if (top + height > this.#scroller.scrollTop + this.#scroller.clientHeight) this.#scroller.scrollTop = top + height - this.#scroller.clientHeight;
    this.render();
    this.#elements.get(this.active)?.querySelector("a,button")?.focus({ preventScroll: true });
  }

  get pageSize() { return Math.max(1, Math.floor(this.#scroller.clientHeight / heights.row) - 1); }

  render() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const top = this.#scroller.scrollTop, bottom = top + this.#scroller.clientHeight;
    const seen = this.#seen(Math.max(0, top - spare * heights.row), Math.min(this.#height, bottom + spare * heights.row));
    const wanted = new Set();
    for (const [block, first, last] of seen) {
      for (let index = first; index <= last; index++) wanted.add(block.start + 1 + index);
    }
    if (this.count > 0) wanted.add(this.active); // it may have the focus
    for (const [flat, element] of this.#elements) {
      if (!wanted.has(flat)) {
        element.remove();
        this.#elements.delete(flat);
      }
    }
    for (const flat of wanted) this.#put(flat);
    this.#onRange(seen.map(([block, first, last]) => [block.section, Math.max(0, first), last]).filter(([, first, last]) => last >= first));
  }

  #put(flat) {
    let element = this.#elements.get(flat);
    if (!element) {
      element = el("div", { class: "item", role: "listitem" });
      this.#elements.set(flat, element);
      this.#canvas.append(element);
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
