/** A small menu under a button: arrows move, Escape and a click elsewhere close. */
import { h } from "./dom.js";

export function popup(face, label, items, attributes = {}) {
  const holder = h("span", { class: "popup" });
  let menu = null;

  const close = (refocus) => {
    menu?.remove();
    menu = null;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    if (refocus) opener.focus();
  };
  const elsewhere = (event) => holder.contains(event.target) || close(false);
  const move = (event) => {
    const all = [...menu.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const target = { ArrowDown: all[(at + 1) % all.length], ArrowUp: all.at(at - 1), Home: all[0], End: all.at(-1) }[event.key];
    if (target) {
      target.focus();
      event.preventDefault();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close(true);
    } else if (event.key === "Tab") close(false);
  };
  const open = () => {
    const draw = (item) =>
      h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => { close(true); item.run(opener); } }, item.label);
    menu = h("div", { class: "menu", role: "menu", "aria-label": label, onkeydown: move }, items.map(draw));
    holder.append(menu);
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", elsewhere, true);
    if (menu.getBoundingClientRect().bottom > window.innerHeight - 8) menu.classList.add("menu-up");
    menu.querySelector("[role=menuitem]")?.focus();
  };
  const opener = h(
    "button",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label, ...attributes, onclick: () => (menu ? close(true) : open()) },
    face,
  );
  holder.append(opener);
  return holder;
}
