"""A message, modal or Home tab as lines of text, in the order and with the marks in which Slack shows it.

# headline                       a header
*bold*  _italic_  `code`         styled words; a section's own mrkdwn stands as it was written
words (https://…)                a link
> words                          a quote
1. step   • item                 lists
▸ title · small                  a container, closed until it is opened; what it holds is indented
▁▂▃ title                        a chart: a line a series, its values in the order of the categories
┆ words                          fixed width
· words                          small print
[Share …]  [! Send]  [⋯ A | B]   a button, one in colour, a menu and its options; «…» is what a screen reader says instead
── Title ──                      a modal; what it holds is indented
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.blocks import kit
from bot.playground.slack.messages import Message, View, seen_texts

Json = dict[str, Any]
FOLDED: Final = "▸ "
Shown = Json | Message | View | kit.Message

#: What differs from run to run, or with the day on which the tests run.
_MASKS: Final = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time> UTC"),
    (r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", "<time>"),
    (r"(?<=[(（·])( ?)just now\b|(?<=[(（·])( ?)刚刚|\b\d+ (min|h|days?) ago\b|\b\d+ (分钟|小时|天)前", r"\1\2<age>"),
    (r"https?://127\.0\.0\.1:\d+", "http://<here>"),
    (r"\beyJ[\w.-]+", "<ticket>"),
    (r"((?:reference|参考号|own call|your call|调用的 RequestId|被查调用的）)[ ：:]*)[0-9A-F]{8}[0-9A-F-]{0,28}", r"\1<id>"),
)


def content_of(shown: Shown) -> Json:
    """A message (``text`` and ``blocks``), modal (``type`` is modal) or Home tab as Slack is given it."""
    if isinstance(shown, dict):
        return shown
    return shown.content if isinstance(shown, View) else {"text": shown.text, "blocks": list(shown.blocks)}


def rendered(content: Shown) -> list[str]:
    """The lines of a message, modal or Home tab."""
    shown = content_of(content)
    lines = [line for block in shown.get("blocks", ()) for line in _block(block)]
    if shown.get("type") == "modal":
        buttons = [f"[{_text(shown[key])}]" for key in ("submit", "close") if key in shown]
        lines = [" ".join([f"── {_text(shown['title'])} ──", *buttons]), *(f"  {line}" for line in _split(lines))]
    text = shown.get("text", "")
    if text and not any(line.removeprefix("# ").endswith(text) for line in lines[:1]):
        lines.insert(0, f"notification: {text}")
    return [masked(line).rstrip() for line in _split(lines)]


def _split(lines: list[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n")]


def masked(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, mask in _MASKS:
        line = re.sub(pattern, mask, line, flags=re.IGNORECASE)
    return line


def _block(block: Json) -> Iterator[str]:
    kind = str(block["type"])
    if kind in _BLOCKS:
        yield from _BLOCKS[kind](block)
    else:  # whatever else Slack shows: its words in their order
        yield from (f"({kind}) {text}" for text in seen_texts([block]))


def _text(value: Json | str) -> str:
    return value if isinstance(value, str) else str(value["text"])


def _section(block: Json) -> Iterator[str]:
    if "text" in block:
        yield _text(block["text"])
    yield from (f"- {_text(field)}" for field in block.get("fields", ()))
    if "accessory" in block:
        yield from _elements({"elements": [block["accessory"]]})


def _context(block: Json) -> Iterator[str]:
    for element in block["elements"]:
        yield "· " + (_text(element) if "text" in element else str(element.get("alt_text")))


def _input(block: Json) -> Iterator[str]:
    optional = " (optional)" if block.get("optional") else ""
    yield f"{_text(block['label'])}{optional}: {_element(block['element'])}"
    if "hint" in block:
        yield f"· {_text(block['hint'])}"


def _image(block: Json) -> Iterator[str]:
    yield " ".join(["(image)", *([_text(block["title"])] if "title" in block else []), f"«{block['alt_text']}»"])


def _table(block: Json) -> Iterator[str]:
    for row in block["rows"]:
        cells = [cell["text"] if cell["type"] == "raw_text" else " ".join(_rich(cell)) for cell in row]
        yield " | ".join(cells)


def _container(block: Json) -> Iterator[str]:
    yield FOLDED + " · ".join(_text(block[key]) for key in ("title", "subtitle") if key in block)
    yield from (f"    {line}" for child in block["child_blocks"] for line in _split(list(_block(child))))


def _data_table(block: Json) -> Iterator[str]:
    yield f"⊞ {block['caption']}"
    for row in block["rows"]:
        yield " | ".join(cell["text"] if "text" in cell else " ".join(_rich(cell)) for cell in row)


def _chart(block: Json) -> Iterator[str]:
    chart = block["chart"]
    axes = chart["axis_config"]
    yield f"▁▂▃ {block['title']} ({axes.get('x_label', '')}: {' '.join(axes['categories'])})"
    yield from (f"    {each['name']}: {' '.join(str(point['value']) for point in each['data'])}" for each in chart["series"])


def _elements(block: Json) -> Iterator[str]:
    for element in block["elements"]:
        choices = element["options"] if element["type"] == "overflow" else []
        yield from (f"[⋯ {_option(option)}]" for option in choices) if choices else [_element(element)]
        if asks := element.get("confirm"):
            answers = " ".join(f"[{_text(asks[key])}]" for key in ("confirm", "deny"))
            yield f"  [{_text(element['text'])}] asks: *{_text(asks['title'])}* {_text(asks['text'])} {answers}"


def _element(element: Json) -> str:
    """A button, menu or field in brackets: its words, what it holds, and what may be chosen."""
    mark = {"plain_text_input": "… ", "checkboxes": "☐ "}.get(element["type"], "")
    mark = "! " if "style" in element else mark
    parts = [_text(element[key]) for key in ("text", "placeholder") if key in element]
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    parts += [f"{'✓ ' * (option in chosen)}{_option(option)}" for option in _options(element)]
    parts += [str(element[key]) for key in ("initial_value", "initial_conversation") if key in element]
    label = f" «{element['accessibility_label']}»" if "accessibility_label" in element else ""
    url = f" ({element['url']})" if "url" in element else ""
    return f"[{mark}{' | '.join(parts)}{label}{url}]"


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(option for group in groups for option in group["options"])]


def _option(option: Json) -> str:
    more = f" ({_text(option['description'])})" if "description" in option else ""
    return _text(option["text"]) + more


def _rich(block: Json) -> Iterator[str]:
    for part in block["elements"]:
        kind, elements = part["type"], part["elements"]
        if kind == "rich_text_list":
            pad = "  " * part.get("indent", 0)
            ordered = part["style"] == "ordered"
            yield from (f"{pad}{f'{n}.' if ordered else '•'} {_spans(each['elements'])}" for n, each in enumerate(elements, 1))
        else:
            mark = {"rich_text_quote": "> ", "rich_text_preformatted": "┆ "}.get(kind, "")
            yield "\n".join(mark + line for line in _spans(elements).split("\n"))


def _spans(elements: list[Json]) -> str:
    return "".join(_span(element) for element in elements)


def _span(element: Json) -> str:
    match element["type"]:
        case "text":
            style = element.get("style", {})
            marks = "".join(mark for name, mark in (("bold", "*"), ("italic", "_"), ("code", "`")) if style.get(name))
            return f"{marks}{element['text']}{marks[::-1]}"
        case "link":
            return f"{element.get('text', '')} ({element['url']})"
        case "date":
            return str(element["fallback"])
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "emoji":
            return f":{element['name']}:"
    raise ValueError(element["type"])


_BLOCKS: Final[dict[str, Callable[[Json], Iterator[str]]]] = {
    "header": lambda block: iter([f"# {_text(block['text'])}"]),
    "divider": lambda _: iter(["────"]),
    "section": _section,
    "context": _context,
    "actions": _elements,
    "input": _input,
    "image": _image,
    "table": _table,
    "container": _container,
    "data_table": _data_table,
    "data_visualization": _chart,
    "rich_text": _rich,
}
