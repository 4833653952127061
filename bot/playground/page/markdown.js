/** The markdown block, as far as messages need it: headings, lists, code, bold, links. */
import { h } from "./dom.js";
import { link } from "./mrkdwn.js";

const INLINE = /(?<code>(?<!\\)`[^`]+`)|(?<bold>(?<!\\)\*\*[^*]+\*\*)|(?<italic>(?<![\w\\])[_*][^_*]+[_*](?!\w))|(?<!\\)\[(?<label>[^\]]+)\]\((?<url>[^)\s]+)\)/;

/** What stands behind a backslash is the sign itself, and formats nothing. */
const plain = (text) => text.replace(/\\([\\`*_[\]<>#|~!&])/g, "$1");

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = rest.match(INLINE); found; found = rest.match(INLINE)) {
    const { code, bold, italic, label, url } = found.groups;
    nodes.push(plain(rest.slice(0, found.index)));
    if (code) nodes.push(h("code", {}, code.slice(1, -1)));
    else if (bold) nodes.push(h("strong", {}, bold.slice(2, -2)));
    else if (italic) nodes.push(h("em", {}, italic.slice(1, -1)));
    else nodes.push(link(url, label));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, plain(rest)];
}

export function markdown(text) {
  return text.split(/```\w*\n?/).flatMap((part, index) => {
    if (index % 2) return [h("pre", { tabindex: "0" }, part.replace(/\n$/, ""))];
    return part.split(/\n{2,}/).filter((each) => each.trim()).map(paragraph);
  });
}

/** A pipe table. A pipe that belongs to a value stands behind a backslash. */
function grid([head, , ...rows]) {
  const cells = (row) => row.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim());
  const line = (row, tag) => h("tr", {}, cells(row).map((cell) => h(tag, tag === "th" ? { scope: "col" } : {}, inline(cell))));
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, rows.map((row) => line(row, "td")))));
}

function paragraph(text) {
  const heading = text.match(/^(#{1,6}) (.*)$/);
  if (heading) return h(`h${Math.min(heading[1].length + 2, 6)}`, { class: "block-header" }, inline(heading[2]));
  const rows = text.trim().split("\n");
  if (rows.length > 2 && /^\|( --- \|)+$/.test(rows[1])) return grid(rows);
  if (rows.every((row) => /^\s*[-*] /.test(row))) {
    return h("ul", {}, rows.map((row) => h("li", {}, inline(row.replace(/^\s*[-*] /, "")))));
  }
  return h("p", {}, rows.flatMap((row, index) => (index ? [h("br"), ...inline(row)] : inline(row))));
}
