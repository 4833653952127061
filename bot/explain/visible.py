"""Which characters of a foreign text may be shown: nothing that hides, reorders or drives a terminal.

Logs hold what the caller sent. Direction marks can make a text read as something else, zero-width characters can split a
secret so that no pattern sees it, and lone surrogates break every encoder; so all of them go before anything else looks.
"""

import re
from typing import Final

ELLIPSIS: Final = "…"

_ESCAPE = re.compile(r"\x1b(?:\[[0-9;:?]{0,40}[ -/]{0,5}[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)?|[@-_])?")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![\u203c-\u3299\U0001f000-\U0001faff])\ufe0f"  # behind a symbol it makes the emoji
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text with lines and tabs, without any character that a reader cannot see."""
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPE.sub("", text) if "\x1b" in text else text
    text = _NEWLINE.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _HIDDEN.sub("", text))


def one_line(text: str) -> str:
    """The text on one line: every run of white space is one space."""
    return _SPACES.sub(" ", visible(text)).strip()


def cut(text: str, limit: int) -> str:
    """The text, at most ``limit`` characters long; what is left out shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS
