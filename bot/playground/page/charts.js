/** Charts: bars beside each other for each category. Who cannot see them hears the same numbers from a table. */
import { h } from "./dom.js";

function numbers(block, categories, series) {
  const head = h("tr", {}, h("td"), series.map((each) => h("th", { scope: "col" }, each.name)));
  const line = (category, index) =>
    h("tr", {}, h("th", { scope: "row" }, category), series.map((each) => h("td", {}, String(pointOf(each, category, index)))));
  return h("table", {}, h("caption", {}, block.title), h("thead", {}, head), h("tbody", {}, categories.map(line)));
}

const pointOf = (series, category) => series.data.find((point) => point.label === category)?.value ?? 0;

/** A pie is one series whose categories are its segments. */
function read(chart) {
  if (chart.type !== "pie") return [chart.axis_config.categories, chart.series];
  return [chart.segments.map((segment) => segment.label), [{ name: "", data: chart.segments }]];
}

function bar(value, most, index) {
  const drawn = h("span", { class: `bar series-${index}` });
  drawn.style.height = `${Math.max(0, Math.round((100 * value) / most))}%`;
  return drawn;
}

export function chart(block) {
  const [categories, series] = read(block.chart);
  const axes = block.chart.axis_config ?? {};
  const most = Math.max(1, ...series.flatMap((each) => each.data.map((point) => point.value)));
  const step = Math.ceil(categories.length / 5); // so many labels fit on a narrow screen
  const groups = categories.map((category, number) =>
    h("div", { class: "bar-group" },
      h("div", { class: "bars" }, series.map((each, index) => [pointOf(each, category), index])
        .filter(([value]) => value > 0).map(([value, index]) => bar(value, most, index))),
      h("span", { class: "bar-label" }, number % step ? "" : category)));
  const legend = series.map((each, index) => h("li", {}, h("span", { class: `key series-${index}` }), each.name));
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, block.title),
    h("div", { class: "plot", "aria-hidden": "true" },
      h("span", { class: "most" }, `${most}${axes.y_label ? ` ${axes.y_label}` : ""}`),
      h("div", { class: "groups" }, groups),
      axes.x_label ? h("span", { class: "axis" }, axes.x_label) : null),
    h("ul", { class: "legend", "aria-hidden": "true" }, legend),
    h("div", { class: "sr" }, numbers(block, categories, series)),
  );
}
