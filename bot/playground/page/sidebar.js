/** The sidebar: who you are, where you are, and how the page looks. */
import { fill, h } from "./dom.js";
import { act, follow, goTo, look, screen } from "./state.js";
import { getLanguage, t } from "./texts.js";

function labelled(label, control) {
  return h("label", { class: "setting" }, h("span", {}, label), control);
}

function personChoice() {
  const name = (person) => {
    const remark = person.guest ? ` · ${t("guest")}` : person.foreign ? ` · ${t("foreign")}` : "";
    return `${person.name}${remark}`;
  };
  const draw = (person) => h("option", { value: person.id, selected: person.id === look.user }, name(person));
  const change = (event) => {
    look.thread = null;
    if (look.pane === "thread") look.pane = "try";
    follow(event.target.value);
  };
  return labelled(t("you_are"), h("select", { id: "person", onchange: change }, screen.people.map(draw)));
}

function languageChoice() {
  const draw = ([locale, name, code]) => h("option", { value: locale, lang: code, selected: code === getLanguage() }, name);
  const change = (event) => act({ do: "locale", locale: event.target.value });
  return labelled(t("language"), h("select", { id: "language", onchange: change }, [["en-US", "English", "en"], ["zh-CN", "中文", "zh"]].map(draw)));
}

function themeChoice() {
  const now = document.documentElement.dataset.theme;
  const draw = (theme) => h("option", { value: theme, selected: theme === now }, t(`theme_${theme}`));
  const change = (event) => setTheme(event.target.value);
  return labelled(t("theme"), h("select", { id: "theme", onchange: change }, ["auto", "light", "dark"].map(draw)));
}

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}

function channelLink(channel) {
  const remarks = [channel.kind === "private" && t("private_channel"), channel.archived && t("archived"), channel.shared && t("shared")].filter(Boolean);
  const mark = channel.kind === "private" ? "◆" : channel.kind === "im" ? "≡" : "#";
  const here = channel.id === look.place;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "place", "aria-current": here ? "page" : undefined, title: remarks.join(", ") || undefined, "data-place": channel.id, "data-focus": `place-${channel.id}`,
        onclick: () => goTo({ place: channel.id, tab: "messages", thread: null, pane: look.pane === "thread" ? "try" : look.pane, drawer: false }) },
      h("span", { class: "mark", "aria-hidden": "true" }, mark),
      h("span", { class: "place-name" }, channel.kind === "im" ? "requestlog" : channel.name),
      remarks.length ? h("span", { class: "remark" }, channel.archived ? t("archived") : channel.shared ? "⇄" : "", h("span", { class: "sr" }, remarks.join(", "))) : null,
    ),
  );
}

let drawn = "";

/** Drawn anew only when something in it changed, so that an open menu is not torn away. */
export function drawSidebar(nav) {
  const shown = screen.channels.map(({ messages, ...channel }) => channel);
  const now = JSON.stringify([look, getLanguage(), shown, screen.people, screen.connected]);
  if (now === drawn) return;
  drawn = now;
  const active = document.activeElement?.id || document.activeElement?.dataset?.focus;
  const rooms = screen.channels.filter((channel) => channel.kind !== "im");
  const apps = screen.channels.filter((channel) => channel.kind === "im");
  const shortcuts = screen.shortcuts.filter((shortcut) => shortcut.kind === "global");
  const start = (shortcut) => () => { goTo({ drawer: false }); act({ do: "global_shortcut", callback_id: shortcut.callback_id }); };
  nav.setAttribute("aria-label", t("menu"));
  nav.classList.toggle("open", look.drawer);
  fill(
    nav,
    h("div", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "", width: "30", height: "30" }), h("div", {}, h("h1", {}, t("title")), h("p", {}, t("subtitle")))),
    h("p", { class: `connection ${screen.connected ? "is-on" : ""}` }, screen.connected ? t("connected") : t("not_connected")),
    personChoice(),
    h("h2", {}, t("channels")),
    h("ul", {}, rooms.map(channelLink)),
    h("h2", {}, t("apps")),
    h("ul", {}, apps.map(channelLink)),
    shortcuts.length ? h("h2", {}, t("shortcuts")) : null,
    h("ul", {}, shortcuts.map((shortcut) =>
      h("li", {}, h("button", { type: "button", class: "place", "data-shortcut": shortcut.callback_id, onclick: start(shortcut) }, h("span", { class: "mark", "aria-hidden": "true" }, "↯"), shortcut.name)))),
    h("div", { class: "settings" }, languageChoice(), themeChoice()),
  );
  if (active) (document.getElementById(active) ?? nav.querySelector(`[data-focus="${CSS.escape(active)}"]`))?.focus();
}

