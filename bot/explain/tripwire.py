"""Keys that somebody pasted by mistake: found by their shape, and taken out before anything reads the text."""

import re
from dataclasses import dataclass
from typing import Final

from bot.explain.redaction import redact, unescaped
from bot.explain.shapes import MASK, KeyKind, live
from bot.explain.visible import visible
from bot.requestids import extract

#: Inside longer base64 (an encoded diagnostic message) a key's first letters mean nothing.
_INSIDE_A_WORD: Final = re.compile(r"(?<=[0-9A-Za-z+/])(?:LTAI|A[KS]IA|STS\.|CAIS|xox|xapp)")
#: AccessKey secrets are 30 letters and digits, those of STS 40 to 46; a RequestId or a trace id is neither.
_SECRET = re.compile(
    r"(?<![0-9A-Za-z_-])(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{30,46}(?![0-9A-Za-z_-])"
)


@dataclass(frozen=True, slots=True)
class Defused:
    """A text without the keys that stood in it, and of which kinds these were."""

    text: str
    kinds: tuple[KeyKind, ...] = ()


def keys_in(text: str) -> tuple[KeyKind, ...]:
    """The kinds of secrets that a text holds, of those that somebody has to replace. Masked ones are none."""
    text = unescaped(visible(text))
    found = (
        span for shape in live(text) for span in shape.spans(text) if span.kind and MASK not in text[span.start : span.end]
    )
    return tuple(dict.fromkeys(span.kind for span in found if span.kind and not _INSIDE_A_WORD.match(text, span.start)))


def defuse(text: str) -> Defused:
    """Take the keys out of a text; a text without any stays as it is.

    Beside a key everything that may be its secret goes too. RequestIds that a mask swallowed stand at the end of the new text,
    so that what was asked is still answered.
    """
    kinds = keys_in(text)
    if not kinds:
        return Defused(text)
    safe = _SECRET.sub(MASK, redact(text))
    kept = extract(safe).request_ids
    lost = [each for each in extract(text).request_ids if each not in kept]
    return Defused("\n\n\n\n".join([safe, *(f"RequestId: {each}" for each in lost)]), kinds)
