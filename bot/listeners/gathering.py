"""All text of a Slack message as one text: what was typed, blocks, attachments, quoted messages, files. Pure.

Messages come from people, apps and forwarded mails, in whatever shape; so nothing here expects a shape. The walk is a
loop over a stack, bounded in texts and characters, and takes any JSON value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS: Final = 200_000
MOST_NODES: Final = 100_000

#: Four line ends: an id broken over lines is joined over at most three, so texts of two places never run together.
_GAP: Final = "\n\n\n\n"
_DELETED: Final = frozenset({"tombstone", "message_deleted"})

#: In the order in which a reader meets them.
_KEYS: Final = (
    "pretext",
    "author_name",
    "title",
    "text",
    "value",
    "url",
    "title_link",
    "from_url",
    "label",
    "alt_text",
    "name",
    "preview",
    "plain_text",
    "blocks",
    "message_blocks",
    "message",
    "fields",
    "elements",
    "accessory",
    "rows",
    "attachments",
    "files",
    "fallback",
    "footer",
)
#: Rich text is cut into spans by its style, in the middle of a line and even of an id: they are put together unspaced.
_RUNS: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})

Lacking = Literal["deleted", "image", "file", "empty"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a message says, and when it says nothing, why: it was deleted, holds only pictures or files, or is empty."""

    text: str
    lacking: Lacking | None = None


def gather(message: object) -> Gathered:
    """All text of a message as Slack's payloads carry it; at most 200,000 characters, each text once."""
    text = _joined(_texts(message))
    return Gathered(text, _lacking(message, text))


def _joined(texts: Iterator[str]) -> str:
    kept: dict[str, None] = {}
    room = MOST_CHARACTERS
    for each in texts:
        text = each.strip()[: max(room, 0)]
        if text and text not in kept:
            kept[text] = None
            room -= len(text) + len(_GAP)
        if room <= 0:
            break
    return _GAP.join(kept)[:MOST_CHARACTERS]


def _texts(message: object) -> Iterator[str]:
    """Every text, in reading order. A stack instead of recursion: nesting may be deeper than Python's own stack."""
    stack: list[object] = [message]
    for _ in range(MOST_NODES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            stack.extend(reversed(value[:MOST_NODES]))
        elif isinstance(value, dict):
            if value.get("type") in _RUNS and isinstance(value.get("elements"), list):
                yield _run(value["elements"])
            else:
                stack.extend(value[key] for key in reversed(_KEYS) if key in value)


def _run(spans: list[Any]) -> str:
    """The spans of one rich-text line; links as Slack writes them in plain text, so that address and label both count."""
    parts = []
    for span in spans[:MOST_NODES]:
        if not isinstance(span, dict):
            continue
        text, url = span.get("text"), span.get("url")
        if isinstance(url, str) and url:
            parts.append(f"<{url}|{text}>" if isinstance(text, str) and text else url)
        elif isinstance(text, str):
            parts.append(text)
    return "".join(parts)


def _lacking(message: object, text: str) -> Lacking | None:
    if not isinstance(message, dict):
        return "empty"
    if message.get("subtype") in _DELETED:
        return "deleted"
    images, files = _pictures(message)
    said = _joined(_texts({key: value for key, value in message.items() if key != "files"}))
    if said and not images:
        return None
    if images and not _joined(_texts(_without_pictures(message))):
        return "image"
    if files and not said and not _previews(message):
        return "file"
    return None if text else "empty"


def _pictures(message: dict[str, Any]) -> tuple[bool, bool]:
    """Whether there are pictures in it, and whether there are files of any kind."""
    files = [each for each in _listed(message, "files") if isinstance(each, dict)]
    pictures = any(str(each.get("mimetype", "")).startswith("image/") for each in files)
    blocks = any(_is_picture(each) for each in _listed(message, "blocks"))
    attached = any(isinstance(each, dict) and each.get("image_url") for each in _listed(message, "attachments"))
    return pictures or blocks or attached, bool(files)


def _without_pictures(message: dict[str, Any]) -> dict[str, Any]:
    """What else the message says; a picture's name and alternative text are about the picture."""
    blocks = [each for each in _listed(message, "blocks") if not _is_picture(each)]
    attachments = [each for each in _listed(message, "attachments") if not (isinstance(each, dict) and each.get("image_url"))]
    return {"text": message.get("text"), "blocks": blocks, "attachments": attachments, "files": _previews(message)}


def _previews(message: dict[str, Any]) -> list[Any]:
    files = [each for each in _listed(message, "files") if isinstance(each, dict)]
    return [each for each in files if each.get("preview") or each.get("plain_text")]


def _is_picture(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") == "image"


def _listed(message: dict[str, Any], key: str) -> list[Any]:
    value = message.get(key)
    return value if isinstance(value, list) else []
