/** Buttons, menus and fields of Block Kit. What is entered is read back with ``entriesOf``. */
import { textOf } from "./blocks.js";
import { askFirst } from "./confirm.js";
import { h } from "./dom.js";
import { popup } from "./popup.js";
import { act, look, screen } from "./state.js";
import { t } from "./texts.js";

/** What stands in the fields of a message or modal, by block_id.action_id. */
export function entriesOf(root) {
  const entries = {};
  for (const field of root.querySelectorAll("[data-entry]")) {
    const key = field.dataset.entry;
    if (field.type === "checkbox") entries[key] = [...(entries[key] ?? []), ...(field.checked ? [field.value] : [])];
    else if (field.type === "radio") entries[key] = field.checked ? field.value : entries[key] ?? null;
    else entries[key] = field.value || null;
  }
  return entries;
}

async function click(block, element, context, from, value) {
  if (element.confirm && !(await askFirst(element.confirm))) return false;
  const root = from.closest("[data-root]");
  const wish = { do: "click", ...context, action_id: element.action_id, block_id: block.block_id, entries: entriesOf(root) };
  from.setAttribute("aria-busy", "true");
  const done = await act({ ...wish, value: value ?? element.value });
  from.removeAttribute("aria-busy");
  return done;
}

function button(block, element, context) {
  const attributes = {
    class: `button ${element.style ? `button-${element.style}` : ""}`,
    "aria-label": element.accessibility_label,
    "data-focus": `${block.block_id}.${element.action_id}`,
  };
  const send = (event) => click(block, element, context, event.currentTarget);
  if (/^https?:/i.test(element.url ?? "")) {
    const away = { href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: send };
    return h("a", { ...attributes, ...away }, textOf(element.text), h("span", { "aria-hidden": "true" }, " ↗"));
  }
  return h("button", { ...attributes, type: "button", onclick: send }, textOf(element.text));
}

function overflow(block, element, context) {
  const items = element.options.map((option) => ({
    label: textOf(option.text),
    run: (from) => {
      if (/^https?:/i.test(option.url ?? "")) window.open(option.url, "_blank", "noopener");
      return click(block, element, context, from, option.value);
    },
  }));
  return popup("⋯", t("more_options"), items, { class: "button button-icon", "data-focus": `${block.block_id}.${element.action_id}` });
}

function options(element, chosen) {
  const draw = (option) => h("option", { value: option.value, selected: chosen === option.value }, option.text.text);
  const groups = (element.option_groups ?? []).map((group) => h("optgroup", { label: group.label.text }, group.options.map(draw)));
  return [...(element.options ?? []).map(draw), ...groups];
}

function select(block, element, context, field) {
  const placeholder = element.placeholder?.text ?? t("choose");
  return h(
    "select",
    {
      id: field?.id,
      "aria-label": field ? undefined : placeholder,
      "aria-describedby": field?.describedBy,
      "data-entry": `${block.block_id}.${element.action_id}`,
      "data-focus": `${block.block_id}.${element.action_id}`,
      onchange: (event) => tells(block) && click(block, element, context, event.currentTarget, event.currentTarget.value),
    },
    element.initial_option ? null : h("option", { value: "" }, placeholder),
    options(element, element.initial_option?.value),
  );
}

function conversations(block, element, context, field) {
  const name = (channel) => (channel.kind === "im" ? "requestlog" : `#${channel.name}`);
  const here = screen.channels.map((channel) => ({ value: channel.id, text: { text: name(channel) } }));
  const first = element.initial_conversation ?? element.initial_channel ?? (element.default_to_current_conversation ? look.place : null);
  const initial = first ? { initial_option: { value: first } } : {};
  const placeholder = element.placeholder ?? { text: t("choose_conversation") };
  return select(block, { ...element, placeholder, options: here, ...initial }, context, field);
}

/** A choice in a form waits for the form to be sent, unless the bot asked to hear of it at once. */
function tells(block) {
  return block.type !== "input" || block.dispatch_action;
}

function choices(kind) {
  return (block, element, context, field) => {
    const key = `${block.block_id}.${element.action_id}`;
    const initial = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
    const name = `${context.view ?? context.ts}-${key}`;
    const changed = (event) => {
      if (!tells(block)) return;
      const entry = entriesOf(event.currentTarget.closest("[data-root]"))[key];
      click(block, element, context, event.currentTarget, entry);
    };
    const draw = (option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: kind, name, value: option.value, checked: initial.includes(option.value), "data-entry": key,
          "data-focus": `${key}.${option.value}`, "aria-describedby": field?.describedBy, onchange: changed,
        }),
        h("span", {}, textOf(option.text), option.description ? h("span", { class: "faint block" }, textOf(option.description)) : null),
      );
    const alone = field ? {} : { role: kind === "checkbox" ? "group" : "radiogroup", "aria-label": t("choose") };
    return h("div", { class: "choices", ...alone }, element.options.map(draw));
  };
}

function textField(block, element, _context, field) {
  const attributes = {
    id: field?.id,
    "aria-describedby": field?.describedBy,
    "aria-required": field?.required ? "true" : undefined,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length ?? 3000,
    autofocus: element.focus_on_load,
    autocomplete: "off",
    "data-entry": `${block.block_id}.${element.action_id}`,
    "data-focus": `${block.block_id}.${element.action_id}`,
    value: element.initial_value ?? "",
  };
  return element.multiline ? h("textarea", { rows: "4", ...attributes }) : h("input", { type: "text", ...attributes });
}

/** The two opinions side by side; the bot is told which one was pressed. */
function feedback(block, element, context) {
  const draw = (opinion, sign) =>
    button(block, { ...element, text: { ...opinion.text, text: `${sign} ${opinion.text.text}` }, value: opinion.value, accessibility_label: opinion.accessibility_label }, context);
  return h("span", { class: "opinions" }, draw(element.positive_button, "▲"), draw(element.negative_button, "▼"));
}

const KINDS = {
  button,
  feedback_buttons: feedback,
  icon_button: button,
  overflow,
  static_select: select,
  conversations_select: conversations,
  channels_select: conversations,
  checkboxes: choices("checkbox"),
  radio_buttons: choices("radio"),
  plain_text_input: textField,
};

/** The control of one element. ``field`` ties it to the label, hint and error of its input block. */
export function control(block, element, context, field) {
  const draw = KINDS[element.type];
  return draw ? draw(block, element, context, field) : t("unknown_block", { type: element.type });
}
