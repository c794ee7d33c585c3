import { el } from "../dom.js";

// Markdown within a line, as nodes. Whatever a text holds, it becomes text, or one of the elements that are made here. What may stand between two
// marks is bounded, so that a text full of marks without an end costs no more than others.

const pattern = new RegExp([
  "(?<!`)(?<tick>`+)(?<code>[^`]|[^`][\\s\\S]{0,4000}?[^`])\\k<tick>(?!`)",
  "\\*\\*(?<strong>\\S(?:[\\s\\S]{0,4000}?\\S)?)\\*\\*",
  "(?<![\\w])__(?<strong2>\\S(?:[\\s\\S]{0,4000}?\\S)?)__(?![\\w])",
  "~~(?<gone>\\S(?:[\\s\\S]{0,4000}?\\S)?)~~",
  "\\*(?<em>[^\\s*](?:[^*]*[^\\s*])?)\\*",
  "(?<![\\w])_(?<em2>[^\\s_](?:[^_]*[^\\s_])?)_(?![\\w])",
  "!?\\[(?<label>[^\\[\\]]*)\\]\\((?<target>[^\\s()]*(?:\\([^\\s()]*\\)[^\\s()]*)*)(?:\\s+\"[^\"]*\")?\\)",
  "(?<url>https?://[^\\s<>\"'`]*[^\\s<>\"'`.,;:!?)\\]])",
  "\\\\(?<escaped>[\\\\`*_{}\\[\\]()#+\\-.!|~>])",
  "(?<break>(?<! ) {2,}\\n|\\\\\\n)",
].join("|"), "g");

const deepest = 8;

export function inline(source, depth = 0) {
  const nodes = [];
  let end = 0;
  for (const match of source.matchAll(pattern)) {
    if (match.index > end) nodes.push(source.slice(end, match.index));
    nodes.push(node(match, depth));
    end = match.index + match[0].length;
  }
  if (end < source.length) nodes.push(source.slice(end));
  return nodes;
}

function node({ 0: all, groups }, depth) {
  const inner = text => depth < deepest ? inline(text, depth + 1) : [text];
  if (groups.code !== undefined) return el("code", {}, groups.code.replace(/^ (.*) $/s, "$1"));
  if (groups.strong ?? groups.strong2) return el("strong", {}, ...inner(groups.strong ?? groups.strong2));
  if (groups.gone) return el("del", {}, ...inner(groups.gone));
  if (groups.em ?? groups.em2) return el("em", {}, ...inner(groups.em ?? groups.em2));
  if (groups.label !== undefined) return link(groups.target, inner(groups.label)) ?? all;
  if (groups.url) return link(groups.url, [groups.url]);
  if (groups.escaped) return groups.escaped;
  return el("br");
}

// Nothing but the web and mail may be followed: javascript:, data: and the like stay text.
function link(target, content) {
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return null;
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, ...content);
}
