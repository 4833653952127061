"""What Slack refuses in the blocks and texts of a message or view, as a list of faults; pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bot.playground.slack.blocks import BLOCK, SURFACES, Surface
from bot.playground.slack.messages import seen_texts
from bot.playground.slack.people import Json
from bot.playground.slack.shapes import Check, Fault, plain_text, string

MOST_BLOCKS: Final[dict[Surface, int]] = {"message": 50, "modal": 100, "home": 100}
#: Undocumented; reported by users of the API as the size at which msg_blocks_too_long appears.
MOST_CHARACTERS: Final = 13_200
MOST_TEXT: Final = 40_000
MOST_MARKDOWN: Final = 12_000
MOST_TABLE: Final = 10_000
MOST_DATA_TABLE: Final = 20_000
MOST_CHARTS: Final = 2
MOST_ROWS_A_PAGE: Final = 100
LONGEST_INPUT: Final = 3000

_VIEW_FIELDS: Final[dict[str, Check]] = {
    "title": plain_text(24),
    "submit": plain_text(24),
    "close": plain_text(24),
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}


def block_faults(blocks: object, surface: Surface, root: str = "/blocks") -> list[Fault]:
    """What is wrong with the blocks of a message, modal or Home tab. Empty when Slack would take them."""
    if not isinstance(blocks, list | tuple):
        return [Fault("wrong_type", "must be an array", root)]
    faults: list[Fault] = []
    if len(blocks) > MOST_BLOCKS[surface]:
        faults.append(Fault("too_many_blocks", f"no more than {MOST_BLOCKS[surface]} items allowed, has {len(blocks)}", root))
    for position, block in enumerate(blocks):
        pointer = f"{root}/{position}"
        faults.extend(BLOCK(block, pointer))
        if isinstance(block, dict):
            faults.extend(_out_of_place(block, pointer, surface))
    known = list(_with_children(blocks, root))
    for block, pointer in known:
        for rule in _RULES:
            faults.extend(rule(block, pointer))
    every = [block for block, _ in known]
    return [*faults, *_repeated_blocks(every, root), *_totals(every, root)]


def view_faults(view: Json) -> list[Fault]:
    """What is wrong with a modal or Home tab: title, submit, sizes and blocks."""
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [Fault("wrong_value", "must be one of modal, home", "/view/type")]
    faults: list[Fault] = []
    for key, check in _VIEW_FIELDS.items():
        if view.get(key) is not None:
            faults.extend(check(view[key], f"/view/{key}"))
    if kind == "modal" and not view.get("title"):
        faults.append(Fault("missing", "missing required field: title", "/view"))
    blocks = view.get("blocks")
    holds_input = isinstance(blocks, list) and any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if kind == "modal" and holds_input and not view.get("submit"):
        faults.append(Fault("missing", "submit is required when there is an input block", "/view"))
    return [*faults, *block_faults(blocks, "modal" if kind == "modal" else "home", "/view/blocks")]


def _with_children(blocks: Sequence[object], root: str) -> Iterator[tuple[Json, str]]:
    """The blocks and those inside containers, each with its pointer."""
    for position, block in enumerate(blocks):
        if isinstance(block, dict):
            pointer = f"{root}/{position}"
            yield block, pointer
            children = block.get("child_blocks")
            if isinstance(children, list | tuple):
                yield from _with_children(children, f"{pointer}/child_blocks")


def size(blocks: Sequence[Json]) -> int:
    """The characters of all texts in blocks, as sent."""
    return sum(len(text) for text in seen_texts(list(blocks)))


def _out_of_place(block: Json, pointer: str, surface: Surface) -> Iterator[Fault]:
    allowed = SURFACES.get(str(block.get("type")))
    if allowed is not None and surface not in allowed:
        yield Fault("wrong_surface", f"block type {block['type']} is not supported in a {surface}", f"{pointer}/type")
    for element in _elements(block):
        if element.get("response_url_enabled") and (surface, block.get("type")) != ("modal", "input"):
            yield Fault("wrong_surface", "response_url_enabled works in input blocks of modals only", pointer)


def _elements(block: Json) -> list[Json]:
    found = [block.get("accessory"), block.get("element")]
    elements = block.get("elements")
    if block.get("type") in ("actions", "context_actions") and isinstance(elements, list):
        found.extend(elements)
    return [element for element in found if isinstance(element, dict)]


def _repeated_actions(block: Json, pointer: str) -> Iterator[Fault]:
    ids = Counter(element["action_id"] for element in _elements(block) if isinstance(element.get("action_id"), str))
    for action_id, times in ids.items():
        if times > 1:
            yield Fault("repeated_action_id", f"action_id already exists in this block: {action_id}", pointer)


def _misused_element(block: Json, pointer: str) -> Iterator[Fault]:
    """Limits between the fields of one element, which a table of single fields cannot say."""
    for element in _elements(block):
        options = element.get("options")
        initial = element.get("initial_option")
        if initial is not None and isinstance(options, list) and initial not in options:
            yield Fault("initial_option", "initial_option must be one of the options", pointer)
        longest = element.get("max_length")
        if isinstance(longest, int) and not 1 <= longest <= LONGEST_INPUT:
            yield Fault("wrong_value", f"max_length must be between 1 and {LONGEST_INPUT}", f"{pointer}/element/max_length")
        if "image_url" in element and "slack_file" in element:
            yield Fault("wrong_value", "only one of image_url and slack_file is allowed", pointer)


def _repeated_blocks(blocks: Sequence[Json], root: str) -> Iterator[Fault]:
    ids = Counter(block["block_id"] for block in blocks if isinstance(block.get("block_id"), str))
    for block_id, times in ids.items():
        if times > 1:
            yield Fault("repeated_block_id", f"block_id already exists: {block_id}", root)


def _folding(block: Json, pointer: str) -> Iterator[Fault]:
    """A container is folded only where it can be opened, and its divider needs one that cannot be closed."""
    if block.get("type") == "container":
        folds = bool(block.get("is_collapsible"))
        if block.get("default_collapsed") and not folds:
            yield Fault("wrong_value", "default_collapsed needs is_collapsible", f"{pointer}/default_collapsed")
        if block.get("has_header_divider") and folds:
            yield Fault("wrong_value", "has_header_divider is not allowed with is_collapsible", f"{pointer}/has_header_divider")


def _data_table(block: Json, pointer: str) -> Iterator[Fault]:
    """All rows are equally long, the first holds no rich text, and the row's header is one of the columns."""
    rows = block.get("rows")
    if block.get("type") != "data_table" or not isinstance(rows, list | tuple) or not rows:
        return
    width = len(rows[0]) if isinstance(rows[0], list | tuple) else 0
    for number, row in enumerate(rows):
        if not isinstance(row, list | tuple) or len(row) != width:
            yield Fault("wrong_value", f"all rows must have {width} cells", f"{pointer}/rows/{number}")
    if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in rows[0]):
        yield Fault("wrong_value", "rich_text is not allowed in the header row", f"{pointer}/rows/0")
    for key, fewest, most in (("page_size", 1, MOST_ROWS_A_PAGE), ("row_header_column_index", 0, width - 1)):
        given = block.get(key, fewest)
        if not isinstance(given, int) or not fewest <= given <= most:
            yield Fault("wrong_value", f"must be a whole number from {fewest} to {most}", f"{pointer}/{key}")


def _chart(block: Json, pointer: str) -> Iterator[Fault]:
    """Each series of its own name, with exactly one point for each category; parts of a pie are positive."""
    chart = block.get("chart")
    if block.get("type") != "data_visualization" or not isinstance(chart, dict):
        return
    for number, segment in enumerate(chart.get("segments") or ()):
        if isinstance(segment, dict) and not (isinstance(value := segment.get("value"), int | float) and value > 0):
            yield Fault("wrong_value", "must be greater than 0", f"{pointer}/chart/segments/{number}/value")
    series = [each for each in chart.get("series") or () if isinstance(each, dict)]
    for name, times in Counter(str(each.get("name")) for each in series).items():
        if times > 1:
            yield Fault("wrong_value", f"series names must be unique: {name}", f"{pointer}/chart/series")
    axes = chart.get("axis_config")
    categories = list(axes.get("categories") or ()) if isinstance(axes, dict) else []
    if len(set(categories)) < len(categories):
        yield Fault("wrong_value", "categories must be unique", f"{pointer}/chart/axis_config/categories")
    for number, each in enumerate(series):
        labels = [point.get("label") for point in each.get("data") or () if isinstance(point, dict)]
        if Counter(labels) != Counter(categories):
            yield Fault("wrong_value", "needs exactly one point for each category", f"{pointer}/chart/series/{number}/data")


def _totals(blocks: Sequence[Json], root: str) -> Iterator[Fault]:
    tables = [block for block in blocks if block.get("type") == "table"]
    if len(tables) > 1:
        yield Fault("only_one_table", "only one table is allowed in a message", root)
    if size(tables) > MOST_TABLE:
        yield Fault("too_long", f"a table holds at most {MOST_TABLE} characters, has {size(tables)}", root)
    sortable = [block for block in blocks if block.get("type") == "data_table"]
    if size(sortable) > MOST_DATA_TABLE:
        yield Fault("too_long", f"data tables hold at most {MOST_DATA_TABLE} characters, have {size(sortable)}", root)
    charts = sum(block.get("type") == "data_visualization" for block in blocks)
    if charts > MOST_CHARTS:
        yield Fault("too_many", f"no more than {MOST_CHARTS} charts are allowed in a message, has {charts}", root)
    markdown = size([block for block in blocks if block.get("type") == "markdown"])
    if markdown > MOST_MARKDOWN:
        yield Fault("too_long", f"markdown blocks hold at most {MOST_MARKDOWN} characters, have {markdown}", root)


_RULES: Final = (_repeated_actions, _misused_element, _folding, _data_table, _chart)
