import { el } from "../dom.js";

// The lines that differ between two texts: by the longest common subsequence, for texts of a size at which people read a difference.

const mostCells = 400_000;
const context = 3;
const mostLines = 600;

/// @returns { element, added, removed }: the lines, and how many of each kind there are
export function diff(before, after) {
  const a = lines(before), b = lines(after);
  const steps = compare(a, b);
  const added = steps.filter(([kind]) => kind === "+").length;
  const removed = steps.filter(([kind]) => kind === "-").length;
  return { added, removed, get element() { return show(steps); } };
}

const lines = source => source === "" ? [] : source.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");

function compare(a, b) {
  let start = 0, endA = a.length, endB = b.length;
  while (start < endA && start < endB && a[start] === b[start]) start++;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) endA--, endB--;
  return [
    ...a.slice(0, start).map(line => [" ", line]),
    ...middle(a.slice(start, endA), b.slice(start, endB)),
    ...a.slice(endA).map(line => [" ", line]),
  ];
}

function middle(a, b) {
  if (a.length * b.length > mostCells) return [...a.map(line => ["-", line]), ...b.map(line => ["+", line])];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const steps = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) steps.push([" ", a[i++]]), j++;
    else if (i < a.length && (j === b.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) steps.push(["-", a[i++]]);
    else steps.push(["+", b[j++]]);
  }
  return steps;
}

function show(steps) {
  const near = new Array(steps.length).fill(false);
  steps.forEach(([kind], at) => {
    if (kind !== " ") near.fill(true, Math.max(0, at - context), at + context + 1);
  });
  const element = el("pre", { class: "diff", tabindex: "0" });
  let shown = 0, skipped = false;
  steps.forEach(([kind, line], at) => {
    if (!near[at] || shown >= mostLines) {
      skipped = true;
      return;
    }
    if (skipped && shown > 0) element.append(el("span", { class: "hunk" }, "⋯\n"));
    skipped = false;
    shown++;
    element.append(el("span", { class: kind === "+" ? "added" : kind === "-" ? "removed" : "same" }, `${kind} ${line}\n`));
  });
  if (skipped && shown >= mostLines) element.append(el("span", { class: "hunk" }, "⋯\n"));
  return element;
}
