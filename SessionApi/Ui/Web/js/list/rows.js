import { el } from "../dom.js";
import { folderName, when } from "../format.js";
import { text } from "../text.js";
import { rowId } from "./sections.js";

// Fills the elements of the list. An element is filled again only when what it shows is another.

export function fillHeader(element, section, onToggle) {
  let header = element.firstElementChild;
  if (!header?.classList.contains("group")) {
    header = el("button", { type: "button", class: "group" },
      el("span", { class: "group-name" }), el("span", { class: "group-count" }));
    element.replaceChildren(header);
    element.className = "item";
  }
  header.onclick = () => onToggle(section);
  header.dataset.project = section.key;
  header.title = section.title ?? section.label;
  header.setAttribute("aria-expanded", String(!section.collapsed));
  header.children[0].textContent = section.label;
  header.children[1].textContent = section.count > 0 ? text.number(section.count) : "";
}

export function fillRow(element, section, row, { mark, isOpen, isHidden }) {
  let link = element.firstElementChild;
  if (link?.tagName !== "A") {
    link = el("a", { class: "row" },
      el("span", { class: "mark", role: "img" }), el("span", { class: "row-title" }), el("time", { class: "row-time" }), el("span", { class: "row-meta" }));
    element.replaceChildren(link);
    element.row = undefined;
  }
  if (element.row !== row) {
    element.row = row;
    fillLink(link, section, row);
  }
  link.dataset.mark = mark;
  link.children[0].hidden = mark === "";
  link.children[0].setAttribute("aria-label", text.list.marks[mark]);
  link.children[0].title = text.list.marks[mark];
  if (isOpen) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  element.classList.toggle("leaving", isHidden);
}

function fillLink(link, section, row) {
  const [, title, time, meta] = link.children;
  if (!row) {
    link.removeAttribute("href");
    delete link.dataset.sessionId;
    link.classList.add("unknown");
    title.textContent = text.list.loading;
    time.textContent = "";
    meta.textContent = "";
    return;
  }
  link.classList.remove("unknown");
  link.href = `/sessions/${rowId(row)}`;
  link.dataset.sessionId = rowId(row);
  title.textContent = row.title || text.list.untitled;
  time.textContent = when(row.modifiedAt);
  time.dateTime = row.modifiedAt;
  if (section.isHit) {
    link.dataset.hit = "";
    meta.replaceChildren(...snippet(row.matches[0]), el("span", { class: "matches" }, text.list.matches(row.matchCount)));
  } else {
    delete link.dataset.hit;
    meta.textContent = `${folderName(row.workDir)} · ${text.list.messages(row.messageCount)}`;
  }
}

// The places are in UTF-16 units, as strings are here.
const before = 24;

function snippet(match) {
  const parts = [];
  let end = Math.max(0, (match?.highlights[0]?.start ?? 0) - before); // what was found is to be seen
  for (const place of match?.highlights ?? []) {
    parts.push(match.snippet.slice(end, place.start), el("mark", {}, match.snippet.slice(place.start, place.end)));
    end = place.end;
  }
  return [...parts, match?.snippet.slice(end) ?? ""];
}
