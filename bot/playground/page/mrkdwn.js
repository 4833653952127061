/** Slack's own markup, drawn as Slack draws it: entities, links, mentions, dates, styles. Every result is a node, never HTML. */
import { h } from "./dom.js";
import { formatDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { screen } from "./state.js";
import { t } from "./texts.js";

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "(?<angle><[^<>\\n]+>)",
    "(?<bold>(?<![\\w*])\\*(?=\\S)[^*\\n]*?\\S\\*(?![\\w*]))",
    "(?<italic>(?<![\\w_])_(?=\\S)[^_\\n]*?\\S_(?![\\w_]))",
    "(?<strike>(?<![\\w~])~(?=\\S)[^~\\n]*?\\S~(?![\\w~]))",
    "(?<emoji>:[a-z0-9_+-]+:)",
    "(?<bare>https?:\\/\\/[^\\s<>]+[^\\s<>.,;:!?)])",
    "(?<ping>(?<![\\w@])@(?:here|channel|everyone)\\b)",
  ].join("|"),
);

/** Undo Slack's three entities. */
export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Markup of several lines: code blocks, quotes, then lines. ``verbatim`` leaves bare addresses and names alone. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const parts = text.split(/```/);
  const closed = parts.length % 2 === 1;
  return parts.flatMap((part, index) => {
    if (index % 2 === 1 && (closed || index < parts.length - 1)) return [h("pre", {}, unescape(part.replace(/^\n/, "")))];
    const prefix = index % 2 === 1 ? "```" : "";
    return lines(prefix + (index ? part.replace(/^\n/, "") : part), verbatim);
  });
}

function lines(text, verbatim) {
  const nodes = [];
  let quote = [];
  const flush = () => {
    if (quote.length) nodes.push(h("blockquote", {}, join(quote, verbatim)));
    quote = [];
  };
  let plain = [];
  const flushPlain = () => {
    if (plain.length) nodes.push(...join(plain, verbatim));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      flushPlain();
      quote.push(quoted[1]);
    } else {
      flush();
      plain.push(line);
    }
  }
  flushPlain();
  flush();
  return nodes;
}

function join(all, verbatim) {
  return all.flatMap((line, index) => (index ? [h("br"), ...inline(line, verbatim)] : inline(line, verbatim)));
}

function inline(text, verbatim) {
  const nodes = [];
  let rest = text;
  for (let found = rest.match(INLINE); found; found = rest.match(INLINE)) {
    if (found.index) nodes.push(unescape(rest.slice(0, found.index)));
    nodes.push(drawn(found[0], found.groups, verbatim));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

function drawn(whole, groups, verbatim) {
  if (groups.code) return h("code", {}, unescape(whole.slice(1, -1)));
  if (groups.angle) return angle(whole.slice(1, -1));
  if (groups.bold) return h("strong", {}, inline(whole.slice(1, -1), verbatim));
  if (groups.italic) return h("em", {}, inline(whole.slice(1, -1), verbatim));
  if (groups.strike) return h("s", {}, inline(whole.slice(1, -1), verbatim));
  if (groups.emoji) return emoji(whole);
  if (groups.bare) return verbatim ? unescape(whole) : link(unescape(whole), unescape(whole));
  return verbatim ? whole : ping(whole);
}

function angle(inside) {
  const [target, label] = split(inside, "|");
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${channelName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return ping(label ?? target);
  if (target.startsWith("!")) return ping(`@${label ?? target.slice(1)}`);
  return link(unescape(target), unescape(label ?? target));
}

function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function date(target, label) {
  const [, seconds, format, url] = target.split("^");
  const shown = formatDate(Number(seconds), format, unescape(label ?? ""));
  return url ? link(unescape(url), shown) : h("time", { title: unescape(label ?? "") }, shown);
}

function channelName(id) {
  return screen?.channels.find((channel) => channel.id === id)?.name;
}

/** A mention that is live: Slack would notify this person. */
export function mention(id, label) {
  const person = screen?.people.find((each) => each.id === id);
  const name = id === "U0REQLOGBOT" ? "requestlog" : person?.name ?? label ?? id;
  return h("span", { class: "mention" }, `@${name}`);
}

/** A broadcast that is live: Slack would notify everybody. It must be seen. */
export function ping(text) {
  return h("mark", { class: "ping", title: t("ping") }, text, h("span", { class: "sr" }, ` (${t("ping")})`));
}

/** A link that leads out of the page; other schemes than the web's and mail stay text. */
export function link(address, label) {
  if (!/^(https?:|mailto:)/i.test(address)) return label;
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, label);
}
