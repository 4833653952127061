/** Markdown as far as messages and canvases need it: headings, lists, quotes, tables, code, bold, links. */
import { h } from "./dom.js";
import { link } from "./mrkdwn.js";

const INLINE = /(?<!\\)(?<ticks>`+)(?<code>.+?)(?<!`)\k<ticks>(?!`)|(?<!\\)\*\*(?<bold>(?:\\.|[^*])+)\*\*|(?<![\w\\])(?<mark>[_*])(?<italic>(?:\\.|[^_*])+)\k<mark>(?!\w)|(?<!\\)\[(?<label>(?:\\.|[^\]])+)\]\((?<url>[^)\s]+)\)/s;
const HEADING = /^(#{1,6}) (.*)$/;
const FENCE = /^(`{3,})\w*$/;
const KINDS = [["ul", /^\s*[-*] /], ["ol", /^\s*\d+\. /], ["blockquote", /^> ?/], ["table", /^\|/]];

/** What stands behind a backslash is the sign itself, and formats nothing. */
const plain = (text) => text.replace(/\\([\\`*_[\]<>#|~!&])/g, "$1");

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = rest.match(INLINE); found; found = rest.match(INLINE)) {
    const { code, bold, italic, label, url } = found.groups;
    nodes.push(plain(rest.slice(0, found.index)));
    if (code) nodes.push(h("code", {}, code.trim()));
    else if (bold) nodes.push(h("strong", {}, inline(bold)));
    else if (italic) nodes.push(h("em", {}, plain(italic)));
    else nodes.push(link(url, plain(label)));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, plain(rest)];
}

/** Line by line: a heading, a list or a table may follow a line of words without a blank between them. */
export function markdown(text) {
  const lines = text.split("\n");
  const kindOf = (line) => KINDS.find(([, start]) => start.test(line))?.[0] ?? "p";
  const made = [];
  for (let at = 0; at < lines.length;) {
    const [, fence] = lines[at].match(FENCE) ?? [];
    const [, marks, title] = lines[at].match(HEADING) ?? [];
    let end = at + 1;
    if (fence) {
      while (end < lines.length && lines[end] !== fence) end += 1;
      made.push(h("pre", { tabindex: "0" }, lines.slice(at + 1, end).join("\n")));
      end += 1;
    } else if (marks) made.push(h(`h${Math.min(marks.length + 2, 6)}`, { class: "block-header" }, inline(title)));
    else if (lines[at].trim()) {
      const kind = kindOf(lines[at]);
      while (end < lines.length && lines[end].trim() && kindOf(lines[end]) === kind && !HEADING.test(lines[end]) && !FENCE.test(lines[end])) end += 1;
      made.push(several(kind, lines.slice(at, end)));
    }
    at = end;
  }
  return made;
}

function several(kind, lines) {
  const [, start] = KINDS.find(([name]) => name === kind) ?? [];
  if (kind === "table") return lines.length > 2 ? grid(lines) : h("p", {}, inline(lines.join(" ")));
  const words = lines.map((line) => inline(start ? line.replace(start, "") : line));
  if (kind === "ul" || kind === "ol") return h(kind, {}, words.map((each) => h("li", {}, each)));
  return h(kind, {}, words.flatMap((each, index) => (index ? [h("br"), ...each] : each)));
}

/** A pipe table. A pipe that belongs to a value stands behind a backslash. */
function grid([head, , ...rows]) {
  const cells = (row) => row.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim());
  const line = (row, tag) => h("tr", {}, cells(row).map((cell) => h(tag, tag === "th" ? { scope: "col" } : {}, inline(cell))));
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, rows.map((row) => line(row, "td")))));
}
