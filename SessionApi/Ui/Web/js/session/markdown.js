import { el } from "../dom.js";
import { highlight } from "./highlight.js";
import { inline } from "./inline.js";

// The Markdown that agents write (CommonMark's blocks and GitHub's tables), as elements.

// Each is linear in the length of a line, whatever an agent writes: no two parts that follow each other can take the same letters.
const fence = /^( {0,3})(`{3,}|~{3,}(?!~))([^`]*)$/;
const heading = /^ {0,3}(#{1,6})\s(.*)$/s;
const rule = /^ {0,3}([-*_])( *\1){2,}\s*$/;
const item = /^( *)([-*+]|\d{1,9}[.)])\s(.*)$/s;
const quote = /^ {0,3}> ?(.*)$/s;
const tableRule = /^ *\|?( *:?-+:? *\|)+( *:?-+:? *)?\|? *$/;
const longestTableRule = 1000;
const deepest = 12;

export function markdown(source, depth = 0) {
  const fragment = document.createDocumentFragment();
  const lines = source.replaceAll("\r\n", "\n").replaceAll("\t", "    ").split("\n");
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    let match;
    if (line.trim() === "") at++;
    else if ((match = fence.exec(line))) at = code(fragment, lines, at, match);
    else if ((match = heading.exec(line))) {
      fragment.append(el(`h${Math.min(6, match[1].length + 1)}`, {}, ...inline(withoutClosing(match[2])))); // the page's own title is the first
      at++;
    } else if (rule.test(line)) {
      fragment.append(el("hr"));
      at++;
    } else if (depth < deepest && quote.test(line)) at = blockquote(fragment, lines, at, depth);
    else if (depth < deepest && item.test(line)) at = list(fragment, lines, at, depth);
    else if (line.includes("|") && isTableRule(lines[at + 1] ?? "")) at = table(fragment, lines, at);
    else at = paragraph(fragment, lines, at);
  }
  return fragment;
}

const isTableRule = line => line.length <= longestTableRule && tableRule.test(line);

// A heading may end with as many # as somebody likes.
function withoutClosing(heading) {
  const title = heading.trim();
  let end = title.length;
  while (title[end - 1] === "#") end--;
  return end === title.length || (end > 0 && title[end - 1] !== " ") ? title : title.slice(0, end).trimEnd();
}

function code(fragment, lines, at, [, indent, mark, about]) {
  const language = about.trim().split(/\s/, 1)[0];
  const content = [];
  const end = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`);
  for (at++; at < lines.length && !end.test(lines[at]); at++) content.push(lines[at].startsWith(indent) ? lines[at].slice(indent.length) : lines[at]);
  fragment.append(codeBlock(content.join("\n"), language));
  return at + 1;
}

export function codeBlock(content, language) {
  return el("pre", { class: "code", "data-language": language || undefined, tabindex: "0" }, el("code", {}, ...highlight(content, language)));
}

function blockquote(fragment, lines, at, depth) {
  const content = [];
  for (; at < lines.length && lines[at].trim() !== ""; at++) content.push(quote.exec(lines[at])?.[1] ?? lines[at]);
  fragment.append(el("blockquote", {}, markdown(content.join("\n"), depth + 1)));
  return at;
}

function list(fragment, lines, at, depth) {
  const [, indent, mark] = item.exec(lines[at]);
  const isOrdered = /\d/.test(mark);
  const element = el(isOrdered ? "ol" : "ul", isOrdered && parseInt(mark) !== 1 ? { start: parseInt(mark) } : {});
  while (at < lines.length) {
    const match = item.exec(lines[at]);
    if (!match || match[1].length > indent.length + 1 || match[1].length < indent.length || /\d/.test(match[2]) !== isOrdered) break;
    const inside = match[1].length + match[2].length + 1;
    const content = [match[3].trimStart()];
    for (at++; at < lines.length; at++) {
      const line = lines[at];
      const spaces = line.length - line.trimStart().length;
      if (line.trim() === "") {
        const next = lines[at + 1] ?? "";
        if (next.trim() === "" || (next.length - next.trimStart().length < inside)) break;
        content.push("");
      } else if (spaces >= Math.min(inside, indent.length + 2)) content.push(line.slice(Math.min(spaces, inside)));
      else if (item.test(line) || fence.test(line) || heading.test(line)) break;
      else content.push(line);
    }
    while (at < lines.length && lines[at].trim() === "" && item.test(lines[at + 1] ?? "")) at++;
    element.append(entry(content.join("\n"), depth));
  }
  fragment.append(element);
  return at;
}

function entry(content, depth) {
  const task = /^\[([ xX])\] /.exec(content);
  const body = markdown(task ? content.slice(4) : content, depth + 1);
  // A list of short lines is not a list of paragraphs.
  if (body.firstElementChild?.tagName === "P") body.firstElementChild.replaceWith(...body.firstElementChild.childNodes);
  return el("li", task ? { class: "task" } : {}, task ? el("span", { class: "check", role: "img", "aria-label": task[1] === " " ? "open" : "done" }, task[1] === " " ? "☐" : "☑") : null, body);
}

function table(fragment, lines, at) {
  const cells = line => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll("\\|", "|"));
  const aligns = cells(lines[at + 1]).map(cell => (cell.startsWith(":") && cell.endsWith(":") ? "center" : cell.endsWith(":") ? "end" : null));
  const row = (line, tag) => el("tr", {}, ...cells(line).slice(0, aligns.length).map((cell, i) => el(tag, { "data-align": aligns[i] }, ...inline(cell))));
  const body = el("tbody");
  const head = el("thead", {}, row(lines[at], "th"));
  for (at += 2; at < lines.length && lines[at].includes("|") && lines[at].trim() !== ""; at++) body.append(row(lines[at], "td"));
  fragment.append(el("div", { class: "table", tabindex: "0" }, el("table", {}, head, body)));
  return at;
}

function paragraph(fragment, lines, at) {
  const content = [lines[at]];
  for (at++; at < lines.length; at++) {
    const line = lines[at];
    if (line.trim() === "" || fence.test(line) || heading.test(line) || rule.test(line) || quote.test(line) || /^ {0,3}([-*+]|1[.)])\s/.test(line)) break;
    content.push(line);
  }
  fragment.append(el("p", {}, ...inline(content.join("\n"))));
  return at;
}
