/** The question before a dangerous button. */
import { textOf } from "./blocks.js";
import { fill, h } from "./dom.js";

export function askFirst(confirm) {
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      dialog.close(yes ? "yes" : "no");
    };
    fill(
      dialog,
      h("h2", { id: "confirm-title" }, textOf(confirm.title)),
      h("div", { class: "modal-body" }, textOf(confirm.text)),
      h(
        "div",
        { class: "modal-foot" },
        h("button", { type: "button", class: "button", onclick: answer(false) }, textOf(confirm.deny)),
        h("button", { type: "button", class: `button button-${confirm.style ?? "primary"}`, onclick: answer(true) }, textOf(confirm.confirm)),
      ),
    );
    dialog.setAttribute("aria-labelledby", "confirm-title");
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
