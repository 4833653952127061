"""The only maker of Block Kit dicts: escaping, fitting and the budget live here, so no other file can forget them.

Foreign text goes into rich text or plain text, where Slack parses nothing; the few mrkdwn places escape it. Limits are those
of Slack's block reference and of slackapi/bolt-js#2509 (about 13,200 characters a message), with room left.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

Block = dict[str, Any]
Element = dict[str, Any]

MOST_BLOCKS: Final = 50
MOST_VIEW_BLOCKS: Final = 100
MOST_CHARACTERS: Final = 10_000
TEXT_LIMIT: Final = 3000
HEADER_LIMIT: Final = 150
FALLBACK_LIMIT: Final = 600
HOSTS: Final = ("aliyun.com", "alibabacloud.com", "slack.com")

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Foreign text with control, zero-width and bidirectional characters removed, so that it reads as it is stored."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\t", " ").replace("\r", "\n"))


def escape(text: str) -> str:
    """Text for a mrkdwn place: Slack's three escapes, and nothing left that would ping, link or format."""
    inert = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inert = _MARKUP.sub(lambda found: _LOOKALIKES[found[0]], inert)
    inert = _QUOTE_OR_EMOJI.sub("\\g<0>\u2060", inert)
    return inert.replace("://", "[:]//").replace("@", "@\u2060").replace("#", "#\u2060")


_LOOKALIKES: Final = {"`": "ˋ", "*": "∗", "_": "＿", "~": "∼"}
# Before a quote's sign at the start of a line, and inside an emoji's name; Slack reads neither across a word joiner.
_QUOTE_OR_EMOJI = re.compile(r"^[^\S\n]*(?=&gt;)|:(?=[^\s:]{1,100}:)", re.MULTILINE)
_MARKUP = re.compile(r"`|(?<!\w)[*_~](?=\S)")  # Slack formats only where a mark opens a word


def fit(text: str, limit: int, mark: str = " …") -> str:
    """Text cut to a limit after escaping, never inside an entity, with a mark where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[: limit - len(mark)]
    entity = cut.rfind("&")
    if entity > len(cut) - 6 and ";" not in cut[entity:]:
        cut = cut[:entity]
    return cut.rstrip() + mark


def is_safe_link(url: str) -> bool:
    """Whether a link leads by https to one of the vendor's or Slack's hosts; nothing else is ever made clickable."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        plain = parts.port in (None, 443) and parts.username is None
    except ValueError:
        return False
    return parts.scheme == "https" and plain and any(host == known or host.endswith(f".{known}") for known in HOSTS)


# Rich text: spans make lines, lines make a block.


def words(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    """A run of text."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": visible(text) or "–"} | ({"style": style} if style else {})


def code(text: str, limit: int = 300) -> Element:
    """A foreign value in code style."""
    return {"type": "text", "text": fit(visible(text), limit) or "–", "style": {"code": True}}


def link(text: str, url: str | None) -> Element:
    """A link, or the plain words when the address is not one of the hosts that may be linked."""
    if url is None or len(url) > TEXT_LIMIT or not is_safe_link(url):
        return words(text)
    return {"type": "link", "url": url, "text": visible(text) or url}


def moment(when: datetime) -> Element:
    """A time in the reader's own zone; the fallback names UTC."""
    return {
        "type": "date",
        "timestamp": int(when.timestamp()),
        "format": "{date_short_pretty} {time_secs}",
        "fallback": f"{when:%Y-%m-%d %H:%M:%S} UTC",
    }


def line(*spans: Element | str) -> Element:
    """A paragraph of spans."""
    return {"type": "rich_text_section", "elements": _spans(spans)}


def quote(text: str, limit: int = 1500) -> Element:
    """Somebody else's words, set off by a bar."""
    return {"type": "rich_text_quote", "elements": [words(fit(visible(text), limit))]}


def preformatted(text: str, limit: int = TEXT_LIMIT) -> Element:
    """Text in fixed width, as it stands: a policy, a command, a body."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": fit(visible(text), limit) or " "}]}


def steps(lines: Sequence[Sequence[Element | str] | str], style: Literal["bullet", "ordered"] = "ordered") -> Element:
    """A list."""
    items = [line(*([each] if isinstance(each, str) else each)) for each in lines]
    return {"type": "rich_text_list", "style": style, "elements": items}


def _spans(spans: Iterable[Element | str]) -> list[Element]:
    made = [words(span) if isinstance(span, str) else span for span in spans]
    return made or [words(" ")]


# Blocks.


def rich(*elements: Element) -> Block:
    """A block of rich-text lines, quotes, lists and code."""
    return {"type": "rich_text", "elements": list(elements)}


def header(text: str) -> Block:
    """The headline; plain text, so foreign parts of it stay inert."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT, emoji=False)}


def plain(text: str, limit: int, *, emoji: bool = False) -> Element:
    """A plain_text object."""
    return {"type": "plain_text", "text": fit(visible(text), limit, "…") or "–", "emoji": emoji}


def section(text: str, accessory: Element | None = None) -> Block:
    """Our own mrkdwn (foreign values in it must have gone through ``escape``), with an optional accessory."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": fit(text, TEXT_LIMIT), "verbatim": True}}
    return block | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small print: our own mrkdwn lines."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": fit(text, TEXT_LIMIT), "verbatim": True} for text in texts[:10]],
    }


def divider() -> Block:
    """A rule between two stories."""
    return {"type": "divider"}


def actions(*buttons: Element | None) -> Block:
    """A row of buttons; absent ones are left out."""
    return {"type": "actions", "elements": [button for button in buttons if button is not None][:25]}


def button(
    text: str,
    action: str,
    value: str | None = None,
    *,
    style: Literal["primary", "danger"] | None = None,
    label: str | None = None,
) -> Element:
    """A button. ``label`` is what a screen reader says when the text alone is too short to understand."""
    made: Element = {"type": "button", "action_id": action, "text": plain(text, 75)}
    if value is not None:
        made["value"] = value
    if style is not None:
        made["style"] = style
    if label is not None:
        made["accessibility_label"] = fit(visible(label), 75, "…")
    return made


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


def image(file_id: str, alt: str, title: str | None = None) -> Block:
    """A picture that was uploaded to Slack. ``alt`` says what it shows."""
    block: Block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": fit(visible(alt), 2000) or "–"}
    return block | ({"title": plain(title, 2000)} if title else {})


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table under a row of bold heads; cells hold foreign text as it is. Slack takes 100 rows, in messages only."""
    top = [rich(line(words(head, bold=True))) for head in heads]
    cells = [[{"type": "raw_text", "text": visible(cell) or "–"} for cell in row] for row in rows[:99]]
    return {"type": "table", "rows": [top, *cells], "column_settings": [{"is_wrapped": True}] * len(heads)}


# Messages and views.


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to Slack: ``text`` is the notification and what a screen reader says; ``blocks`` what is seen."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The two fields as Slack names them."""
        return {"text": self.text, "blocks": self.blocks}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message. When the message is too long the pieces of the lowest ``rank`` go first; rank 9 never goes."""

    rank: int
    blocks: tuple[Block, ...]


def piece(rank: int, *blocks: Block | None) -> Piece:
    """A piece of the blocks that are there."""
    return Piece(rank, tuple(block for block in blocks if block is not None))


def message(text: str, pieces: Sequence[Piece], shortened: str) -> Message:
    """A message within the budget. ``text`` may hold foreign words: it is escaped here.

    ``shortened`` is the sentence that stands in place of what had to go.
    """
    fallback = fit(escape(text), FALLBACK_LIMIT)
    kept = list(pieces)
    while _over(fallback, _flat(kept), shortened):
        lowest = min(each.rank for each in kept)
        if lowest >= 9:  # noqa: PLR2004 - the rank that Piece documents
            break
        last = max(index for index, each in enumerate(kept) if each.rank == lowest)
        kept.pop(last)
    blocks = _flat(kept)
    if len(kept) < len(pieces):
        blocks.append(context(shortened))
    return Message(fallback, _numbered(blocks[:MOST_BLOCKS]))


def _over(text: str, blocks: list[Block], shortened: str) -> bool:
    return len(blocks) + 1 > MOST_BLOCKS or len(text) + characters(blocks) + len(shortened) > MOST_CHARACTERS


def _flat(pieces: Iterable[Piece]) -> list[Block]:
    return [block for each in pieces for block in each.blocks]


def _numbered(blocks: list[Block]) -> list[Block]:
    """Stable block ids: Slack wants them unique in a message, and approved files want them the same each time."""
    return [{**block, "block_id": block.get("block_id") or f"b{index}"} for index, block in enumerate(blocks)]


def characters(value: object) -> int:
    """How many characters of text, addresses and values a structure of blocks holds; ids and type names do not count."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(characters(item) for item in value)
    if isinstance(value, dict):
        return sum(characters(item) for key, item in value.items() if key not in _UNCOUNTED)
    return 0


_UNCOUNTED: Final = frozenset({"type", "block_id", "action_id", "style", "format"})
