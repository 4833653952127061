/** The page's beginning: texts, theme, then one drawing a change. */
import { canvas } from "./containers.js";
import { blocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { fill, fillByKey, h } from "./dom.js";
import { drawLog } from "./messages.js";
import { drawModal } from "./modal.js";
import { drawPane } from "./pane.js";
import { drawSidebar, setTheme } from "./sidebar.js";
import { act, arrive, follow, goTo, look, onChange, place, screen } from "./state.js";
import { loadTexts, getLanguage, setLanguage, t } from "./texts.js";

const part = (id) => document.getElementById(id);
const composerHolder = h("div");
const composer = new Composer(composerHolder, "composer", {
  label: () => t("message"),
  placeholder: () => t("placeholder", { command: screen.command }),
  wish: () => ({ channel: look.place }),
});

function title(channel) {
  return channel.kind === "im" ? "requestlog" : `#${channel.name}`;
}

function tab(name) {
  const choose = () => {
    goTo({ tab: name });
    if (name === "home") act({ do: "home" });
  };
  return h("button", { type: "button", role: "tab", "aria-selected": look.tab === name ? "true" : "false", "data-tab": name, onclick: choose }, t(name));
}

function paneButton(name, badge) {
  const open = look.pane === name;
  return h("button", { type: "button", class: "button pane-button", "aria-pressed": open ? "true" : "false", "data-pane": name, onclick: () => goTo({ pane: open ? "none" : name, thread: null }) }, t(name), badge);
}

/** Who opens the drawer goes on in it. */
function openDrawer() {
  goTo({ drawer: !look.drawer });
  if (look.drawer) part("sidebar").querySelector("select, button")?.focus();
}

let drawerWasOpen = false;
let topKey = "";

function drawTop(channel) {
  const count = screen.breaches.length;
  const key = JSON.stringify([channel.id, look.tab, look.pane, look.drawer, count, getLanguage()]);
  if (key === topKey) return;
  topKey = key;
  const where = channel.kind === "im" ? "bot_private" : channel.bot ? "bot_present" : "bot_absent";
  const focused = document.activeElement?.dataset?.pane ?? document.activeElement?.dataset?.tab;
  fill(
    part("top"),
    h("button", { type: "button", class: "button button-icon drawer-button", "aria-label": t("menu"), "aria-expanded": look.drawer ? "true" : "false", "data-pane": "drawer", onclick: openDrawer }, "☰"),
    h("div", { class: "top-title" }, h("h2", {}, title(channel)), h("p", { class: "faint" }, t(where))),
    channel.kind === "im" ? h("div", { class: "tabs", role: "tablist" }, tab("home"), tab("messages")) : null,
    h("div", { class: "top-buttons" }, paneButton("try"), paneButton("rules", h("span", { class: `count ${count ? "is-bad" : ""}` }, String(count)))),
  );
  if (focused) part("top").querySelector(`[data-pane="${focused}"], [data-tab="${focused}"]`)?.focus();
}

let homeKey = "";

function drawHome(log) {
  const key = JSON.stringify([look.user, getLanguage(), screen.home]);
  if (log.dataset.place === "home" && homeKey === key) return;
  homeKey = key;
  log.dataset.place = "home";
  const view = screen.home;
  fill(log, h("div", { class: "home", "data-root": true }, view ? blocks(view.blocks, { view: view.id }) : h("p", { class: "faint" }, t("home_empty"))));
}

let canvasKey = "";

function drawCanvases(channel, onHome) {
  const all = onHome ? [] : channel.canvases;
  const key = JSON.stringify([channel.id, all]);
  if (key === canvasKey) return;
  canvasKey = key;
  fillByKey(part("canvases"), all, (each) => JSON.stringify(each), (each) => canvas(each));
}

function draw() {
  setLanguage(screen.me.locale.startsWith("zh") ? "zh" : "en");
  const channel = place();
  const log = part("log");
  const onHome = channel.kind === "im" && look.tab === "home";
  document.title = `${title(channel)} · ${t("title")}`;
  fill(part("skip"), t("skip"));
  drawSidebar(part("sidebar"));
  drawTop(channel);
  log.setAttribute("aria-label", onHome ? t("home") : `${t("messages")} ${title(channel)}`);
  drawBelow(channel, onHome);
  drawCanvases(channel, onHome);
  if (onHome) drawHome(log);
  else {
    if (log.dataset.place === "home") fill(log);
    drawLog(log, channel);
  }
  drawPane(part("pane"));
  drawModal();
  if (drawerWasOpen && !look.drawer) part("top").querySelector(".drawer-button").focus();
  drawerWasOpen = look.drawer;
}

/** Stands before the log is drawn, so that the log's end is where it stays. */
function drawBelow(channel, onHome) {
  const below = part("below");
  below.hidden = onHome;
  if (channel.archived) fill(below, h("p", { class: "archived-note" }, t("archived_note")));
  else {
    if (composerHolder.parentElement !== below) fill(below, composerHolder);
    composer.draw(JSON.stringify([channel.id, getLanguage()]));
  }
}

document.addEventListener("suggest", (event) => {
  if (place().archived) goTo({ place: "C0INCIDENT" });
  composer.set(event.detail);
});

/** What lies over the messages on a narrow screen, closed by Escape; the focus goes back to the button that opened it. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const opened = look.pane;
  if (look.drawer) goTo({ drawer: false });
  else if (opened !== "none" && window.innerWidth < 1100) {
    goTo({ pane: "none", thread: null });
    (part("top").querySelector(`[data-pane="${opened}"]`) ?? composer.field)?.focus();
  }
});

setTheme(localStorage.getItem("theme") ?? "auto");
if (window.innerWidth < 1100) look.pane = "none";
await loadTexts();
onChange(draw);
onChange(() => { if (!part("main").dataset.ready) { part("main").dataset.ready = "yes"; composer.field?.focus(); } });
await arrive();
follow(look.user);
