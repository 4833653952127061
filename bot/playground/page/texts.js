/** The page's own words, en and zh, from texts.toml. */
let tables = {};
let language = "en";

export async function loadTexts() {
  tables = await (await fetch("/page/texts")).json();
}

export function setLanguage(wanted) {
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
}

export function getLanguage() {
  return language;
}

export function t(key, values = {}) {
  const text = tables[key]?.[language] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
