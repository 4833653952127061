/** The message field: an ordinary text input; Enter sends. Pasted lines or Shift+Enter turn it into one of several lines. */
import { fill, h } from "./dom.js";
import { act } from "./state.js";
import { t } from "./texts.js";

export class Composer {
  constructor(holder, id, { label, placeholder, wish }) {
    this.holder = holder;
    this.id = id;
    this.label = label;
    this.placeholder = placeholder;
    this.wish = wish;
    this.draft = "";
    this.key = "";
  }

  /** Draw the field; what is typed stays unless the place or the language changed. */
  draw(key) {
    if (this.key === key && this.field) return;
    this.key = key;
    const focused = document.activeElement === this.field;
    this.show(this.draft.includes("\n"));
    if (focused) this.field.focus();
  }

  show(several) {
    const attributes = {
      id: this.id,
      "aria-label": this.label(),
      placeholder: this.placeholder(),
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => { this.draft = this.field.value; },
      onkeydown: (event) => this.press(event),
      onpaste: (event) => this.paste(event),
    };
    this.field = several ? h("textarea", { ...attributes, rows: "5" }) : h("input", { type: "text", ...attributes });
    this.field.value = this.draft;
    const send = h("button", { type: "button", class: "button button-primary send", onclick: () => this.send() }, t("send"));
    fill(this.holder, h("div", { class: "composer" }, this.field, send));
  }

  press(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.shiftKey) this.write("\n");
    else this.send();
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.includes("\n")) return;
    event.preventDefault();
    this.write(text);
  }

  /** Put text where the cursor is, in a field of several lines. */
  write(text) {
    const [start, end] = [this.field.selectionStart, this.field.selectionEnd];
    this.draft = this.field.value.slice(0, start) + text + this.field.value.slice(end);
    this.show(true);
    this.field.focus();
    this.field.setSelectionRange(start + text.length, start + text.length);
  }

  set(text) {
    this.draft = text;
    this.show(text.includes("\n"));
    this.field.focus();
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.draft = "";
    if (this.field.tagName === "TEXTAREA") this.show(false);
    this.field.value = "";
    this.field.focus();
    this.holder.setAttribute("aria-busy", "true");
    const done = await act({ do: "type", text, ...this.wish() });
    this.holder.removeAttribute("aria-busy");
    if (!done && !this.draft) this.set(text);
  }
}
