/** The pane at the side: a thread, RequestIds worth trying, or Slack's rules and how the bot keeps them. */
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { drawThread } from "./messages.js";
import { goTo, look, place, screen } from "./state.js";
import { getLanguage, t } from "./texts.js";

const list = h("section", { class: "scroll", role: "log", "aria-live": "polite", tabindex: "0" });
const below = h("div", { class: "below" });
const reply = new Composer(below, "reply", {
  label: () => t("message_thread"),
  placeholder: () => t("placeholder_thread"),
  wish: () => ({ channel: look.place, thread: look.thread }),
});

let drawn = "";

function head(title) {
  const close = () => goTo({ pane: look.pane === "thread" ? "try" : "none", thread: null });
  return h("header", { class: "top" }, h("h2", {}, title), h("button", { type: "button", class: "button button-icon", "aria-label": t("close"), onclick: close }, "✕"));
}

/** What a RequestId shows, and who to be where the playground's first person does not see the call. */
function about(each) {
  return h("span", {}, each[getLanguage()], each.who ? h("em", { class: "who" }, t("as_who", { who: each.who })) : null);
}

function suggestion(each) {
  const command = each.request_id.startsWith("/") ? each.request_id : `${screen.command} ${each.request_id}`;
  const choose = () => {
    goTo({ drawer: false, tab: "messages", pane: window.innerWidth < 1100 ? "none" : look.pane });
    document.dispatchEvent(new CustomEvent("suggest", { detail: command }));
  };
  return h("li", {}, h("button", { type: "button", class: "suggestion", "data-request": each.request_id, onclick: choose }, about(each), h("code", {}, each.request_id)));
}

function group(name) {
  const rows = screen.suggestions.filter((each) => each.group === name);
  return [name ? h("h3", {}, t(`group_${name}`)) : null, h("ul", { class: "suggestions" }, rows.map(suggestion))];
}

function worthTrying() {
  const note = screen.suggestions.length ? t("try_note") : t("try_empty", { command: screen.command });
  const names = [...new Set(screen.suggestions.map((each) => each.group))];
  return h("div", { class: "scroll pane-body" }, h("p", { class: "faint" }, note), names.map(group));
}

function rules() {
  const count = screen.breaches.length;
  const breach = (each) => h("li", {}, h("strong", {}, each.rule), h("span", { class: "faint" }, ` · ${each.source}`), h("p", {}, each.detail));
  const row = (each) => h("tr", {}, h("td", {}, each.source), h("td", { class: "align-right" }, each.error ?? `${each.ms} ms`));
  return h(
    "div",
    { class: "scroll pane-body" },
    h("p", { class: "faint" }, t("rules_note")),
    h("p", { class: `verdict ${count ? "is-bad" : "is-good"}`, id: "verdict" }, count ? t("breaches", { count }) : t("no_breach")),
    h("ul", { class: "breaches" }, screen.breaches.map(breach)),
    h("h3", {}, t("acknowledged")),
    screen.requests.length
      ? h("table", { class: "requests" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("source")), h("th", { scope: "col", class: "align-right" }, t("took")))), h("tbody", {}, screen.requests.toReversed().map(row)))
      : h("p", { class: "faint" }, t("none_yet")),
  );
}

export function drawPane(pane) {
  pane.classList.toggle("open", look.pane !== "none");
  const app = document.getElementById("app");
  app.classList.toggle("no-pane", look.pane === "none");
  app.classList.toggle("with-thread", look.pane === "thread");
  const relevant = look.pane === "rules" ? [screen.breaches, screen.requests] : look.pane === "try" ? screen.suggestions : look.thread;
  const now = JSON.stringify([look.pane, getLanguage(), relevant]);
  const title = t(look.pane === "none" ? "try" : look.pane);
  if (now !== drawn) {
    drawn = now;
    pane.setAttribute("aria-label", title);
    if (look.pane === "thread") {
      list.setAttribute("aria-label", title);
      fill(pane, head(title), list, below);
    } else fill(pane, head(title), look.pane === "rules" ? rules() : worthTrying());
    if (look.pane === "thread") requestAnimationFrame(() => reply.field?.focus());
  }
  if (look.pane === "thread") {
    drawThread(list, place(), look.thread);
    reply.draw(JSON.stringify([look.thread, getLanguage()]));
  }
}
