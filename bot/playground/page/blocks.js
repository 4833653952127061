/** Block Kit, drawn. ``context`` says what a click is about: {channel, ts} of a message, or {view}. */
import { h } from "./dom.js";
import { container, dataTable } from "./containers.js";
import { chart } from "./charts.js";
import { control } from "./elements.js";
import { emoji } from "./emoji.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./texts.js";

/** A text object, as nodes. */
export function textOf(object) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, { verbatim: object.verbatim });
  const shown = object.emoji === false ? object.text : object.text.replace(/:[a-z0-9_+-]+:/g, (name) => emoji(name));
  return shown.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

/** A picture: files that the bot uploaded are shown; the page loads nothing from outside, so others are named. */
export function picture(element, small = false) {
  const id = element.slack_file?.id;
  const address = id ? `/files/${encodeURIComponent(id)}/picture.png` : null;
  if (!address) {
    const label = h("span", {}, small ? element.alt_text : t("picture_outside", { alt: element.alt_text }));
    return h("span", { class: small ? "picture-small" : "picture-outside" }, "▧ ", label);
  }
  return h("img", { src: address, alt: element.alt_text, class: small ? "picture-small" : "picture" });
}

function section(block, context) {
  const words = h(
    "div",
    { class: "section-words" },
    block.text ? h("div", { class: "text" }, textOf(block.text)) : null,
    block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textOf(field)))) : null,
  );
  const side = block.accessory?.type === "image" ? picture(block.accessory) : block.accessory && control(block, block.accessory, context);
  return h("div", { class: "section" }, words, side ? h("div", { class: "accessory" }, side) : null);
}

function input(block, context) {
  const id = `in-${context.view ?? context.ts}-${block.block_id}`.replace(/[^\w-]/g, "_");
  const group = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const label = [...textOf(block.label), block.optional ? h("span", { class: "faint" }, ` ${t("optional")}`) : ""];
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint` }, textOf(block.hint)) : null;
  const error = h("p", { class: "field-error", id: `${id}-error`, "data-error": block.block_id });
  const field = control(block, block.element, context, { id, describedBy: `${id}-hint ${id}-error`, required: !block.optional });
  if (group) return h("fieldset", { class: "input" }, h("legend", {}, label), field, hint, error);
  return h("div", { class: "input" }, h("label", { for: id }, label), field, hint, error);
}

function cell(value, align) {
  const inside = value.type === "rich_text" ? richText(value) : value.text ?? String(value.value ?? "");
  return [inside, align ? `align-${align}` : undefined];
}

function table(block) {
  const aligns = (block.column_settings ?? []).map((column) => column?.align);
  const [head, ...rows] = block.rows;
  const line = (row, tag) =>
    h("tr", {}, row.map((value, index) => {
      const [inside, name] = cell(value, aligns[index]);
      return h(tag, { class: name, scope: tag === "th" ? "col" : undefined }, inside);
    }));
  return h(
    "div",
    { class: "table-scroll", tabindex: "0" },
    h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, rows.map((row) => line(row, "td")))),
  );
}

const KINDS = {
  header: (block) => h("h3", { class: "block-header" }, textOf(block.text)),
  section,
  context: (block) =>
    h("div", { class: "context" }, block.elements.map((element) =>
      element.type === "image" ? picture(element, true) : h("span", { class: "text" }, textOf(element)))),
  divider: () => h("hr"),
  actions: (block, context) => h("div", { class: "actions" }, block.elements.map((element) => control(block, element, context))),
  image: (block) =>
    h("figure", {}, block.title ? h("figcaption", {}, textOf(block.title)) : null, picture(block)),
  input,
  rich_text: richText,
  table,
  container: (block, context) => container(block, context, blocks),
  data_table: dataTable,
  data_visualization: chart,
  context_actions: (block, context) => h("div", { class: "actions actions-small" }, block.elements.map((element) => control(block, element, context))),
  markdown: (block) => h("div", { class: "rich" }, markdown(block.text)),
  alert: (block) => h("div", { class: `alert alert-${block.level ?? "default"}`, role: "note" }, textOf(block.text)),
};

/** All blocks of a message or view. */
export function blocks(all, context) {
  return all.map((block) => {
    const draw = KINDS[block.type];
    return h("div", { class: `block block-${block.type}` }, draw ? draw(block, context) : t("unknown_block", { type: block.type }));
  });
}
