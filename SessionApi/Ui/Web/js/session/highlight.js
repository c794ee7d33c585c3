import { el } from "../dom.js";

// Colours for code: comments, texts, numbers and the words that most languages share. No grammar; wrong colours do no harm.

const longest = 30_000;
const words = "abstract as async await base bool boolean break case catch char class const continue def default del delete do double elif else enum except "
  + "export extends extern false finally float fn for foreach from func function global go if impl import in int interface internal is lambda let long "
  + "match module mut namespace new nil None not null object of or and override package pass private protected public readonly record return sealed select "
  + "self set static string struct super switch then this throw trait True False true try type typeof union unsafe use using var virtual void while with yield "
  + "echo fi done esac export local SELECT FROM WHERE INSERT UPDATE DELETE JOIN ORDER GROUP BY";
const known = new Set(words.split(" "));
const hash = /^(sh|bash|zsh|py|python|rb|ruby|yaml|yml|toml|ini|dockerfile|make|makefile|perl|r|conf|console)$/i;
const dash = /^(sql|lua|haskell|hs|ada)$/i;
const plain = /^(text|txt|plain|md|markdown|log)?$/i;

export function highlight(source, language = "") {
  if (plain.test(language) || source.length > longest) return [source];
  if (/^(diff|patch)$/i.test(language)) return source.split("\n").flatMap((line, i) => [i > 0 ? "\n" : "", diffLine(line)]);
  const comment = hash.test(language) ? "#[^\\n]*" : dash.test(language) ? "--[^\\n]*" : "\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?(?:\\*\\/|$)|<!--[\\s\\S]*?(?:-->|$)";
  const pattern = new RegExp(`(?<comment>${comment})|(?<string>"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\`)|(?<number>\\b\\d[\\w.]*)|(?<word>[A-Za-z_]\\w*)`, "g");
  const nodes = [];
  let end = 0;
  for (const match of source.matchAll(pattern)) {
    const { comment, string, number, word } = match.groups;
    const kind = comment ? "c" : string ? "s" : number ? "n" : known.has(word) ? "k" : null;
    if (!kind) continue;
    if (match.index > end) nodes.push(source.slice(end, match.index));
    nodes.push(el("span", { class: `hl-${kind}` }, match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(source.slice(end));
  return nodes;
}

const diffLine = line => line.startsWith("+") ? el("span", { class: "added" }, line) : line.startsWith("-") ? el("span", { class: "removed" }, line) : line;
