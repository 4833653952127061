"""All text of a Slack message as one text, in whatever shape it comes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

#: A message holds 40,000 characters at most; the rest is for what hangs on it. More would keep the acknowledgement waiting.
MOST_CHARACTERS: Final = 60_000
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
    """All text of a message as one: what was typed, blocks, attachments, quoted messages, files; at most 60,000 characters.

    Messages come from people, apps and forwarded mails, in whatever shape; so nothing here expects a shape. The walk is a
    loop over a stack, bounded in texts and characters, and takes any JSON value. Each text is taken once.
    """
    return Gathered(_joined(_texts(message)), _lacking(message))


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
            if _is_one_of(value.get("type"), _RUNS) and isinstance(value.get("elements"), list):
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


def _is_one_of(value: object, names: frozenset[str]) -> bool:
    """Whether a value, perhaps no text at all, is one of these names."""
    return isinstance(value, str) and value in names


def _lacking(message: object) -> Lacking | None:
    if not isinstance(message, dict):
        return "empty"
    if _is_one_of(message.get("subtype"), _DELETED):
        return "deleted"
    files, blocks, attachments = (_objects(message, key) for key in ("files", "blocks", "attachments"))
    shown = [each for each in blocks if each.get("type") != "image"]
    said = {
        "text": message.get("text"),
        "blocks": shown,
        "attachments": [_without_names(each) if each.get("image_url") else each for each in attachments],
        "files": [each for each in files if each.get("preview") or each.get("plain_text")],
    }
    if _joined(_texts(said)):
        return None
    images = any(str(each.get("mimetype", "")).startswith("image/") for each in files)
    if images or any(each.get("image_url") for each in attachments) or len(shown) < len(blocks):
        return "image"
    return "file" if files else "empty"


def _without_names(picture: dict[str, Any]) -> dict[str, Any]:
    """What an attached picture says beside being one."""
    return {key: value for key, value in picture.items() if key in {"pretext", "text", "fields", "blocks"}}


def _objects(message: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = message.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
