"""Modals and the Home tab as dicts, and the less usual elements: where people type or choose, a table.

The plain blocks come from ``kit``.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

from bot.blocks.kit import MOST_VIEW_BLOCKS, SHARED, Block, Element, button, fit, line, numbered, plain, rich, visible, words
from bot.languages import Language

TITLE_LIMIT: Final = 24


def modal(
    title: str,
    blocks: Sequence[Block],
    language: Language,
    *,
    submit: str | None = None,
    callback: str = "",
    private: str = "",
    external_id: str | None = None,
) -> dict[str, Any]:
    """A modal, which may be closed, or cancelled when it is a form.

    ``private`` travels with it (at most 3,000 characters); ``submit`` is needed when an input is in it. ``external_id`` is how
    it is found when an acknowledgement puts it on the screen.
    """
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain(title, TITLE_LIMIT),
        "close": plain(SHARED("cancel" if submit else "close", language), TITLE_LIMIT),
        "blocks": numbered(blocks[:MOST_VIEW_BLOCKS]),
        "callback_id": callback,
        "private_metadata": private,
    }
    view |= {"submit": plain(submit, TITLE_LIMIT)} if submit else {}
    return view | ({"external_id": external_id} if external_id else {})


def notice(title: str, said: str, language: Language, external_id: str | None = None) -> dict[str, Any]:
    """A modal of one sentence: what is on the screen while something runs."""
    return modal(title, [rich(line(said))], language, external_id=external_id)


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    """The Home tab."""
    return {"type": "home", "blocks": numbered(blocks[:MOST_VIEW_BLOCKS])}


def text_input(block: str, label: str, *, optional: bool = False, **options: Any) -> Block:
    """A field to type into; ``options`` are plain_text_input's: multiline, initial_value, max_length, placeholder text."""
    element: Element = {"type": "plain_text_input", "action_id": "value"}
    placeholder = options.pop("placeholder", None)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _input(block, label, element | options, optional=optional)


def choice(block: str, label: str, options: Sequence[tuple[str, str]], chosen: str, *, optional: bool = False) -> Block:
    """A field to pick one of (value, words)."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {"type": "static_select", "action_id": "value", "options": list(made.values())}
    if chosen in made:
        element["initial_option"] = made[chosen]
    return _input(block, label, element, optional=optional)


def menu(action: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Element:
    """A menu that acts when something is chosen, next to a section. ``label`` is what a screen reader says."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(label, 150),
        "options": list(made.values()),
    }
    return element | ({"initial_option": made[chosen]} if chosen in made else {})


def _input(block: str, label: str, element: Element, *, optional: bool) -> Block:
    return {"type": "input", "block_id": block, "label": plain(label, 2000), "element": element, "optional": optional}


def checkboxes(action: str, options: Sequence[tuple[str, str]], chosen: Collection[str]) -> Element:
    """A list of (value, words) with ticks; in an ``actions`` block every change is told to the bot."""
    made = {value: {"text": plain(text, 75), "value": value} for value, text in options}
    element: Element = {"type": "checkboxes", "action_id": action, "options": list(made.values())}
    ticked = [made[value] for value in made if value in chosen]
    return element | ({"initial_options": ticked} if ticked else {})


def conversation(block: str, label: str, placeholder: str) -> Block:
    """A field to pick a channel, which gives the bot one post there even where it is no member (``response_urls``)."""
    element: Element = {
        "type": "conversations_select",
        "action_id": "value",
        "placeholder": plain(placeholder, 150),
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    return {"type": "input", "block_id": block, "label": plain(label, 2000), "element": element}


def person(user: str) -> Element:
    """A person's name in rich text, as Slack shows it to each reader."""
    return {"type": "user", "user_id": user}


def confirm(title: str, text: str, yes: str, no: str) -> Element:
    """The question that Slack puts before a click counts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def overflow(action: str, options: Sequence[tuple[str, str]]) -> Element:
    """A menu behind three dots: at most five (value, words), each value of at most 150 characters."""
    made = [{"text": plain(text, 75), "value": value} for value, text in options[:5]]
    return {"type": "overflow", "action_id": action, "options": made}


def link_button(text: str, action: str, url: str, *, style: Literal["primary", "danger"] | None = None) -> Element:
    """A button that opens a page. The caller vouches for the address: it is configured, or one of the vendor's."""
    made = button(text, action, style=style)
    made["url"] = url
    return made


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table under a row of bold heads; cells hold foreign text as it is. Slack takes 100 rows, in messages only."""
    top = [rich(line(words(head, bold=True))) for head in heads]
    cells = [[{"type": "raw_text", "text": visible(cell) or "–"} for cell in row] for row in rows[:99]]
    return {"type": "table", "rows": [top, *cells], "column_settings": [{"is_wrapped": True}] * len(heads)}


def data_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str | int | None]], *, header: int) -> Block:
    """A table that can be sorted by its columns; ``header`` is the column that names a row to who cannot see it.

    A column of numbers is one only where each cell is: what is not known counts as -1 in it. Messages take it, modals do not.
    """
    numeric = {column for column in range(len(heads)) if any(isinstance(row[column], int) for row in rows)}
    cells = [[_cell(cell, numeric=column in numeric) for column, cell in enumerate(row)] for row in rows]
    top = [_cell(head, numeric=False) for head in heads]
    return {"type": "data_table", "caption": caption, "page_size": 10, "row_header_column_index": header, "rows": [top, *cells]}


def _cell(value: str | int | None, *, numeric: bool) -> Element:
    text = visible(str(value)) if value is not None and value != "" else "–"
    if not numeric:
        return {"type": "raw_text", "text": text}
    return {"type": "raw_number", "value": value if isinstance(value, int) else -1, "text": text}


def opinion(text: str, value: str, label: str) -> Element:
    """One of the two buttons of ``feedback``."""
    return {"text": plain(text, 75), "value": value, "accessibility_label": fit(visible(label), 75, "…")}


def feedback(action: str, helpful: Element, wrong: Element) -> Block:
    """The small row in which a reader says what they think of a message."""
    buttons = {"type": "feedback_buttons", "action_id": action, "positive_button": helpful, "negative_button": wrong}
    return {"type": "context_actions", "elements": [buttons]}
