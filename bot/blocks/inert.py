"""Foreign text made inert for Slack: nothing in it pings, links, formats or hides; fitted, never inside an entity; counted."""

import html
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from bot.explain.visible import visible as without_hidden

HOSTS: Final = ("aliyun.com", "alibabacloud.com", "slack.com")
_LOOKALIKES: Final = {"`": "ˋ", "*": "∗", "_": "＿", "~": "∼"}
# Before a quote's sign at the start of a line, and inside an emoji's name; Slack reads neither across a word joiner.
_QUOTE_OR_EMOJI = re.compile(r"^[^\S\n]*(?=&gt;)|:(?=[^\s:]{1,100}:)", re.MULTILINE)
_MARKUP = re.compile(r"`|(?<!\w)[*_~](?=\S)")  # Slack formats only where a mark opens a word


def visible(text: str) -> str:
    """Foreign text without anything that hides, reorders or drives a terminal, so that it reads as it is stored."""
    return without_hidden(text).replace("\t", " ")


def escape(text: str) -> str:
    """Text for a mrkdwn place: Slack's three escapes, and nothing left that would ping, link or format."""
    inert = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inert = _MARKUP.sub(lambda found: _LOOKALIKES[found[0]], inert)
    inert = _QUOTE_OR_EMOJI.sub("\\g<0>\u2060", inert)
    return inert.replace("://", "[:]//").replace("@", "@\u2060").replace("#", "#\u2060")


def unescape(text: str) -> str:
    """Escaped text as a reader of Slack sees it, for where nothing of it is parsed."""
    return html.unescape(text.replace("[:]//", "://").replace("\u2060", ""))


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


def numbered(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each under its own id, or a stable one where it has none or one that was there before.

    Slack wants ids unique in a message, and approved messages want them the same each time.
    """
    seen: set[str] = set()
    made = []
    for position, block in enumerate(blocks):
        given = str(block.get("block_id") or f"b{position}")
        name = f"v{position}" if given in seen else given
        seen.add(name)
        made.append({**block, "block_id": name})
    return made


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
