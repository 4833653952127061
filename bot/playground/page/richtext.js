/** rich_text blocks: nothing in them is parsed, every part says what it is. */
import { formatDate } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention, ping } from "./mrkdwn.js";

const PARTS = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text ?? part.url),
  emoji: (part) => emoji(`:${part.name}:`),
  user: (part) => mention(part.user_id),
  channel: (part) => h("span", { class: "mention" }, `#${part.channel_id}`),
  usergroup: (part) => ping(`@${part.usergroup_id}`),
  broadcast: (part) => ping(`@${part.range}`),
  date: (part) => h("time", { title: part.fallback }, formatDate(part.timestamp, part.format, part.fallback ?? "")),
  color: (part) => part.value,
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function inline(part) {
  let node = (PARTS[part.type] ?? (() => ""))(part);
  for (const [style, tag] of Object.entries(STYLES)) if (part.style?.[style]) node = h(tag, {}, node);
  return node;
}

function inlines(parts) {
  return parts.flatMap((part) => {
    const node = inline(part);
    return typeof node === "string" ? lines(node) : [node];
  });
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

const ELEMENTS = {
  rich_text_section: (element) => h("p", {}, inlines(element.elements)),
  rich_text_preformatted: (element) => h("pre", { tabindex: "0" }, element.elements.map(inline)),
  rich_text_quote: (element) => h("blockquote", {}, inlines(element.elements)),
  rich_text_list: (element) =>
    h(
      element.style === "ordered" ? "ol" : "ul",
      { class: `indent-${element.indent ?? 0}`, start: element.offset ? element.offset + 1 : undefined },
      element.elements.map((item) => h("li", {}, inlines(item.elements))),
    ),
};

export function richText(block) {
  return h("div", { class: "rich" }, block.elements.map((element) => (ELEMENTS[element.type] ?? (() => ""))(element)));
}
