/** Blocks that a person opens and sorts: containers that fold, tables of values. */
import { textOf } from "./blocks.js";
import { h, fill } from "./dom.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { t } from "./texts.js";

/** A container: what can be folded is a disclosure, which keyboard and screen reader know. ``drawAll`` draws its children. */
export function container(block, context, drawAll) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textOf(block.title);
  const head = [h("strong", {}, title), block.subtitle ? h("span", { class: "faint" }, textOf(block.subtitle)) : null];
  const children = h("div", { class: "container-body" }, drawAll(block.child_blocks, context));
  if (!block.is_collapsible) return h("section", { class: "container" }, h("div", { class: "container-head" }, head), children);
  const summary = h("summary", { "data-focus": `${block.block_id}.fold` }, h("span", { class: "container-head" }, head));
  return h("details", { class: "container", open: !block.default_collapsed }, summary, children);
}

/** A canvas of a channel, folded under its title above the messages. */
export function canvas(each) {
  return h("details", { class: "container canvas", "data-canvas": each.id },
    h("summary", { "data-focus": each.id }, h("span", { class: "container-head" }, h("span", { "aria-hidden": "true" }, "▤ "), h("strong", {}, each.title))),
    h("div", { class: "container-body rich" }, markdown(each.markdown)));
}

const textIn = (cell) => (cell.type === "rich_text" ? richText(cell).textContent : cell.text ?? String(cell.value));

/** Numbers where every cell of the column is one, else by the alphabet. */
function order(rows, column, down) {
  const numeric = rows.every((row) => row[column].type === "raw_number");
  const compare = (one, other) =>
    numeric ? one[column].value - other[column].value : textIn(one[column]).localeCompare(textIn(other[column]));
  return [...rows].sort((one, other) => (down ? -1 : 1) * compare(one, other));
}

/** A table of values: a button a column sorts it, and its pages are turned below it. */
export function dataTable(block) {
  const [heads, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const pages = Math.ceil(rows.length / size);
  const header = block.row_header_column_index ?? 0;
  const holder = h("div", { class: "data-table" });
  const state = { column: null, down: false, page: 0 };

  const draw = (focus) => {
    const sorted = state.column === null ? rows : order(rows, state.column, state.down);
    const shown = sorted.slice(state.page * size, (state.page + 1) * size);
    const by = (column) => {
      Object.assign(state, { down: state.column === column && !state.down, column, page: 0 });
      draw(`sort-${column}`);
    };
    const head = heads.map((cell, column) => {
      const sorts = state.column === column ? (state.down ? "descending" : "ascending") : undefined;
      const sign = sorts ? (state.down ? " ↓" : " ↑") : "";
      return h("th", { scope: "col", "aria-sort": sorts },
        h("button", { type: "button", "data-focus": `sort-${column}`, onclick: () => by(column) }, textIn(cell), h("span", { "aria-hidden": "true" }, sign)));
    });
    const line = (row) =>
      h("tr", {}, row.map((cell, column) => {
        const tag = column === header ? "th" : "td";
        const number = cell.type === "raw_number";
        return h(tag, { scope: tag === "th" ? "row" : undefined, class: number ? "align-right" : undefined }, cell.type === "rich_text" ? richText(cell) : textIn(cell));
      }));
    const turn = (by_, key) =>
      h("button", { type: "button", class: "button", "data-focus": key, disabled: by_ < 0 ? state.page === 0 : state.page === pages - 1,
        onclick: () => { state.page += by_; draw(key); } }, t(key));
    fill(
      holder,
      h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": block.caption },
        h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, shown.map(line)))),
      pages > 1
        ? h("div", { class: "actions" }, turn(-1, "page_back"), h("span", { class: "faint", role: "status" }, t("page_of", { page: state.page + 1, pages })), turn(1, "page_on"))
        : null,
    );
    if (focus) holder.querySelector(`[data-focus="${focus}"]:not(:disabled)`)?.focus();
  };
  draw();
  return holder;
}
