"""The less usual elements and blocks, which one kind of message needs: where a person chooses, a picture, a table."""

from collections.abc import Collection, Sequence
from typing import Literal

from bot.blocks.kit import Block, Element, button, line, plain, rich, visible, words


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
