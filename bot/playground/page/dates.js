/** Slack's date tokens, in the viewer's language and time zone. */
import { screen } from "./state.js";
import { getLanguage, t } from "./texts.js";

const DAY = 86_400_000;
const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
};
const TIMES = {
  time: { hour: "2-digit", minute: "2-digit", hour12: false },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false },
};

function zoned(moment, options) {
  const locale = getLanguage() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: screen?.me.zone, ...options }).format(moment);
}

function near(moment) {
  const day = (each) => zoned(each, DATES.date_num);
  const words = { today: 0, yesterday: -DAY, tomorrow: DAY };
  for (const [word, offset] of Object.entries(words)) if (day(moment) === day(Date.now() + offset)) return t(word);
  return null;
}

function ago(moment) {
  const format = new Intl.RelativeTimeFormat(getLanguage() === "zh" ? "zh-CN" : "en", { numeric: "auto" });
  const seconds = (moment - Date.now()) / 1000;
  for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(Math.round(seconds), "second");
}

/** A format with tokens such as {date_short_pretty}; the fallback when the moment is no number. */
export function formatDate(seconds, format, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  const moment = seconds * 1000;
  return format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(moment);
    if (token in TIMES) return zoned(moment, TIMES[token]);
    const plain = token.replace(/_pretty$/, "");
    if (!(plain in DATES)) return whole;
    return (token !== plain && near(moment)) || zoned(moment, DATES[plain]);
  });
}

/** The time of a message, with its zone: what a log or a chart tells beside it is UTC. */
export function clockTime(ts) {
  return zoned(Number(ts) * 1000, { ...TIMES.time, timeZoneName: "short" });
}

export function fullTime(ts) {
  return zoned(Number(ts) * 1000, { ...DATES.date_long, ...TIMES.time_secs, timeZoneName: "long" });
}
