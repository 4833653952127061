/** The message list of a channel, and of a thread. */
import { blocks, picture } from "./blocks.js";
import { clockTime, fullTime } from "./dates.js";
import { fillByKey, h } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { popup } from "./popup.js";
import { act, goTo, look, screen } from "./state.js";
import { t, getLanguage } from "./texts.js";

export function authorName(id) {
  if (id === "U0REQLOGBOT") return "requestlog";
  if (id === "USLACKBOT") return "slackbot";
  return screen.people.find((person) => person.id === id)?.name ?? id;
}

function menu(message, channel, inThread) {
  if (message.private) return null;
  const shortcuts = screen.shortcuts
    .filter((shortcut) => shortcut.kind === "message")
    .map((shortcut) => ({
      label: shortcut.name,
      run: () => act({ do: "shortcut", callback_id: shortcut.callback_id, channel: channel.id, ts: message.ts }),
    }));
  const reply = { label: t("reply_in_thread"), run: () => goTo({ thread: message.thread_ts ?? message.ts, pane: "thread" }) };
  const react = { label: t("react"), run: () => act({ do: "react", name: "mag_right", channel: channel.id, ts: message.ts }) };
  const label = t("more_actions", { name: authorName(message.author) });
  return popup("⋯", label, [...shortcuts, react, ...(inThread ? [] : [reply])], { class: "button button-icon message-menu" });
}

function file(each) {
  const address = each.url_private;
  if (/\.(png|svg|jpe?g|gif)$/i.test(each.name)) {
    return h("figure", {}, h("figcaption", {}, each.title), picture({ slack_file: { id: each.id }, alt_text: each.alt_txt || each.title }));
  }
  return h("a", { class: "file", href: address, target: "_blank", rel: "noopener" }, `📄 ${each.title}`, h("span", { class: "faint" }, ` ${each.size} B`));
}

function attachment(each, context) {
  const words = each.text ?? each.fallback;
  return h(
    "div",
    { class: "attachment" },
    each.title ? h("strong", {}, each.title) : null,
    words ? h("div", { class: "text" }, mrkdwn(words)) : null,
    each.blocks ? blocks(each.blocks, context) : null,
  );
}

/** Each emoji once, with how many reacted; their names are its tooltip. */
function reactions(message) {
  const names = [...new Set(message.reactions.map(([name]) => name))];
  if (!names.length) return null;
  const chip = (name) => {
    const who = message.reactions.filter(([each]) => each === name).map(([, user]) => authorName(user));
    return h("li", { class: "reaction", title: who.join(", ") }, emoji(`:${name}:`), ` ${who.length}`);
  };
  return h("ul", { class: "reactions", "aria-label": t("reactions") }, names.map(chip));
}

function drawMessage(message, channel, replies, inThread) {
  const name = authorName(message.author);
  const bot = ["U0REQLOGBOT", "USLACKBOT"].includes(message.author);
  const context = { channel: channel.id, ts: message.ts };
  const count = replies.length;
  return h(
    "article",
    { class: `message ${message.private ? "message-private" : ""}`, "data-root": true, "data-ts": message.ts, "aria-label": `${name}, ${clockTime(message.ts)}` },
    h("div", { class: `face face-${bot ? "bot" : [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5}`, "aria-hidden": "true" }, bot ? "≡" : name[0].toUpperCase()),
    h(
      "div",
      { class: "message-main" },
      message.private ? h("p", { class: "only-you" }, h("span", { "aria-hidden": "true" }, "◉ "), t("only_you")) : null,
      h(
        "p",
        { class: "message-head" },
        h("strong", {}, name),
        bot ? h("span", { class: "badge" }, t("app")) : null,
        h("time", { title: fullTime(message.ts) }, clockTime(message.ts)),
        message.edited ? h("span", { class: "faint" }, t("edited")) : null,
      ),
      message.blocks.length ? blocks(message.blocks, context) : h("div", { class: "text" }, mrkdwn(message.text)),
      message.attachments.map((each) => attachment(each, context)),
      message.files.map(file),
      reactions(message),
      count && !inThread
        ? h("button", { type: "button", class: "replies", onclick: () => goTo({ thread: message.ts, pane: "thread" }) }, count === 1 ? t("replies_one") : t("replies", { count }))
        : null,
    ),
    menu(message, channel, inThread),
  );
}

const keyOf = (message, replies) => JSON.stringify([look.user, getLanguage(), message, replies.length]);

/** A channel's messages: threads are folded, but private answers in a thread stand where the thread is. */
export function drawLog(log, channel) {
  const roots = channel.messages.filter((message) => !message.thread_ts);
  const repliesTo = (root) => channel.messages.filter((message) => message.thread_ts === root.ts);
  keepAtEnd(log, channel.id, () =>
    fillByKey(log, roots, (root) => keyOf(root, repliesTo(root)), (root) => drawMessage(root, channel, repliesTo(root), false)));
}

export function drawThread(list, channel, ts) {
  const all = channel.messages.filter((message) => message.ts === ts || message.thread_ts === ts);
  keepAtEnd(list, ts, () => fillByKey(list, all, (message) => keyOf(message, []), (message) => drawMessage(message, channel, [], true)));
}

/** Who reads the end goes on reading it when the list grows or shrinks: a field of several lines, a window turned. */
const atEnd = new WeakSet();
const endOf = (list) => list.scrollHeight - list.clientHeight;
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) if (atEnd.has(target)) target.scrollTop = endOf(target);
});

function watchEnd(list) {
  if (list.dataset.watched) return;
  list.dataset.watched = "yes";
  list.addEventListener("scroll", () => (endOf(list) - list.scrollTop < 80 ? atEnd.add(list) : atEnd.delete(list)));
  resized.observe(list);
}

/** New messages are scrolled into view for who was reading the newest; others stay where they are. */
function keepAtEnd(list, place, draw) {
  const moved = list.dataset.place !== place;
  const wasAtEnd = endOf(list) - list.scrollTop < 80;
  const before = list.children.length;
  draw();
  list.dataset.place = place;
  watchEnd(list);
  if (moved || (wasAtEnd && list.scrollHeight > list.clientHeight) || list.children.length > before) {
    const last = list.lastElementChild;
    const tall = last && last.offsetHeight > list.clientHeight - 40;
    if (moved || !tall) {
      list.scrollTop = endOf(list);
      atEnd.add(list);
    } else last.scrollIntoView({ block: "start" });
  }
}
