/** The markdown block, as far as messages need it: headings, lists, code, bold, links. */
import { h } from "./dom.js";
import { link } from "./mrkdwn.js";

const INLINE = /(?<code>`[^`]+`)|(?<bold>\*\*[^*]+\*\*)|(?<italic>(?<!\w)[_*][^_*]+[_*](?!\w))|\[(?<label>[^\]]+)\]\((?<url>[^)\s]+)\)/;

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = rest.match(INLINE); found; found = rest.match(INLINE)) {
    const { code, bold, italic, label, url } = found.groups;
    nodes.push(rest.slice(0, found.index));
    if (code) nodes.push(h("code", {}, code.slice(1, -1)));
    else if (bold) nodes.push(h("strong", {}, bold.slice(2, -2)));
    else if (italic) nodes.push(h("em", {}, italic.slice(1, -1)));
    else nodes.push(link(url, label));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, rest];
}

export function markdown(text) {
  return text.split(/```\w*\n?/).flatMap((part, index) => {
    if (index % 2) return [h("pre", { tabindex: "0" }, part.replace(/\n$/, ""))];
    return part.split(/\n{2,}/).filter((each) => each.trim()).map(paragraph);
  });
}

function paragraph(text) {
  const heading = text.match(/^#{1,6} (.*)$/);
  if (heading) return h("h4", { class: "block-header" }, inline(heading[1]));
  const rows = text.split("\n");
  if (rows.every((row) => /^\s*[-*] /.test(row))) {
    return h("ul", {}, rows.map((row) => h("li", {}, inline(row.replace(/^\s*[-*] /, "")))));
  }
  return h("p", {}, rows.flatMap((row, index) => (index ? [h("br"), ...inline(row)] : inline(row))));
}
