/** The bot's modals, one dialog for the stack: Escape and Cancel close, Enter in a field submits. */
import { blocks, textOf } from "./blocks.js";
import { fill, h } from "./dom.js";
import { entriesOf } from "./elements.js";
import { act, screen } from "./state.js";
import { t } from "./texts.js";

const dialog = document.getElementById("modal");
let shown = null;

function closeTop() {
  if (shown) act({ do: "close", view: shown.id });
}

async function submit(event) {
  event.preventDefault();
  const view = shown;
  const button = event.currentTarget.querySelector("[type=submit]");
  if (button) button.setAttribute("aria-busy", "true");
  await act({ do: "submit", view: view.id, entries: entriesOf(dialog) });
  button?.removeAttribute("aria-busy");
}

function draw(view) {
  const title = view.title ? textOf(view.title) : "";
  const close = h("button", { type: "button", class: "button", onclick: closeTop }, view.close ? textOf(view.close) : t(view.submit ? "cancel" : "close"));
  const send = view.submit ? h("button", { type: "submit", class: "button button-primary" }, textOf(view.submit)) : null;
  fill(
    dialog,
    h(
      "form",
      { class: "modal-form", "data-root": true, novalidate: true, onsubmit: submit },
      h("header", { class: "modal-head" }, h("h2", { id: "modal-title", tabindex: "-1" }, title), h("button", { type: "button", class: "button button-icon", "aria-label": t("close"), onclick: closeTop }, "✕")),
      h("p", { class: "field-error general", "data-error": "" }),
      h("div", { class: "modal-body scroll", tabindex: "0", "aria-live": "polite" }, blocks(view.blocks, { view: view.id })),
      h("footer", { class: "modal-foot" }, h("span", { class: "faint only" }, t("view_private")), close, send),
    ),
  );
  dialog.setAttribute("aria-labelledby", "modal-title");
}

/** Errors stand beside their fields; what was typed stays. */
function showErrors(errors) {
  let first = null;
  for (const place of dialog.querySelectorAll("[data-error]")) {
    const message = errors[place.dataset.error] ?? "";
    place.textContent = message;
    const field = place.parentElement.querySelector("[data-entry]");
    field?.setAttribute("aria-invalid", message ? "true" : "false");
    if (message && field && !first) first = field;
  }
  first?.focus();
}

/** Carry what was typed over to the fresh form of an updated view. */
function restore(entries) {
  for (const field of dialog.querySelectorAll("[data-entry]")) {
    const entry = entries[field.dataset.entry];
    if (entry === undefined) continue;
    if (field.type === "checkbox") field.checked = (entry ?? []).includes(field.value);
    else if (field.type === "radio") field.checked = entry === field.value;
    else field.value = entry ?? "";
  }
}

export function drawModal() {
  const view = screen.stack.at(-1) ?? null;
  if (view && shown && view.id === shown.id && view.hash === shown.hash) return;
  const onlyErrors = view && shown && view.id === shown.id && JSON.stringify(view.blocks) === JSON.stringify(shown.blocks)
    && JSON.stringify(view.title) === JSON.stringify(shown.title);
  const same = view && shown && view.id === shown.id;
  const before = shown;
  shown = view;
  if (!view) {
    if (before) dialog.close();
    return;
  }
  if (!onlyErrors) {
    const entries = same ? entriesOf(dialog) : {};
    const focus = same ? document.activeElement?.dataset?.focus : null;
    draw(view);
    restore(entries);
    if (!dialog.open) dialog.showModal();
    const target = focus ? dialog.querySelector(`[data-focus="${CSS.escape(focus)}"]`) : null;
    (target ?? (dialog.querySelector("[autofocus]") ?? dialog.querySelector("[data-entry]") ?? dialog.querySelector("h2"))).focus();
  }
  showErrors(view.errors);
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeTop();
});
