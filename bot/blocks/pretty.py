"""A response body or a parameter's value laid out for reading: JSON and markup, one value a line, indented.

The layout follows the tokens and never reads the values: so numbers keep their digits, keys may repeat, a body that was cut
off in the middle is laid out as far as it goes, and nothing here can fail or be made slow by nesting.
"""

import re
from collections.abc import Iterator
from typing import Final

INDENT: Final = "  "
DEEPEST: Final = 12

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_MARKUP_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[^<>]*+>|[^<]++|<", re.DOTALL)
_OPENING = re.compile(r"<(?P<name>[A-Za-z_][\w:.-]*)[^<>]*>\Z")
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


def pretty(text: str, declared: str | None = None) -> str:
    """The text laid out by what it is: JSON, XML or HTML; anything else as it stands. ``declared`` is the format's name."""
    stripped = text.strip()
    kind = (declared or "").upper()
    if stripped[:1] in ("{", "["):
        return _json(stripped)
    if stripped[:1] == "<" and kind in ("", "XML", "HTML", "JSON"):
        return _markup(stripped)
    return stripped


def _json(text: str) -> str:
    lines: list[str] = []
    parts: list[str] = []
    depth, opened = 0, False
    for mark in _JSON_TOKEN.findall(text):
        closes, ends = mark in ("}", "]"), mark == ","
        depth = max(depth - closes, 0)
        if (opened and not closes and mark not in (",", ":")) or (closes and not opened):
            lines.append("".join(parts))
            parts = [_pad(depth)]
        parts.append(": " if mark == ":" else mark)
        if ends:
            lines.append("".join(parts))
            parts = [_pad(depth)]
        opened = mark in ("{", "[")
        depth += opened
    return "\n".join([*lines, "".join(parts)])


def _markup(text: str) -> str:
    tokens = [token.strip() for token in _MARKUP_TOKEN.findall(text)]
    return "\n".join(_markup_lines([token for token in tokens if token]))


def _markup_lines(tokens: list[str]) -> Iterator[str]:
    depth = position = 0
    while position < len(tokens):
        token = tokens[position]
        opened = None if token.endswith("/>") else _OPENING.match(token)
        taken = 1
        if token.startswith("</"):
            depth = max(depth - 1, 0)
            yield _pad(depth) + token
        elif opened and opened["name"].lower() not in _VOID:
            taken = _leaf(tokens[position : position + 3], f"</{opened['name']}>")
            yield _pad(depth) + "".join(tokens[position : position + taken])
            depth += taken == 1
        else:
            yield _pad(depth) + token
        position += taken


def _leaf(ahead: list[str], close: str) -> int:
    """How many tokens stand on one line: an element that is empty or holds only text is not torn apart."""
    if ahead[1:2] == [close]:
        return 2
    return 3 if ahead[2:3] == [close] and not ahead[1].startswith("<") else 1


def _pad(depth: int) -> str:
    return INDENT * min(depth, DEEPEST)
