"""Keys that somebody pasted by mistake: found by their shape, and taken out before anything is stored or repeated."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal

from bot.explain.redaction import MASK, redact

KeyKind = Literal["access_key", "sts", "slack", "private_key"]

#: Inside longer base64 (an encoded diagnostic message) these letters mean nothing, hence the look-behinds.
_SHAPES: Final[dict[KeyKind, re.Pattern[str]]] = {
    "access_key": re.compile(
        r"(?<![0-9A-Za-z+/=])(?:LTAI|AKIA)[0-9A-Za-z]{8,128}"
        r"|[Aa]ccess[ _-]?[Kk]ey[ _-]?[Ss]ecret[^0-9A-Za-z•]{1,12}(?:is\s{1,3})?[0-9A-Za-z]{16,}"
        r"|ACCESS_KEY_SECRET[^0-9A-Za-z•]{1,12}[0-9A-Za-z]{16,}"
    ),
    "sts": re.compile(r"(?<![0-9A-Za-z+/=])(?:STS\.[0-9A-Za-z]{8,128}|CAIS[0-9A-Za-z+/%=]{40,})"),
    "slack": re.compile(r"(?<![0-9A-Za-z+/=])(?:xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{6,}|xapp-[0-9A-Za-z-]{6,})"),
    "private_key": re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"),
}
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
    """The kinds of keys that a text holds. Masked keys are none."""
    return tuple(kind for kind, shape in _SHAPES.items() if shape.search(text))


def defuse(text: str, ids_of: Callable[[str], Collection[str]]) -> Defused:
    """Take the keys out of a text; a text without any stays as it is.

    Beside a key everything that may be its secret goes too. ``ids_of`` finds the RequestIds of a text: those that a mask
    swallowed stand at the end of the new text, so that what was asked is still answered.
    """
    kinds = keys_in(text)
    if not kinds:
        return Defused(text)
    safe = _SECRET.sub(MASK, redact(text))
    for shape in _SHAPES.values():
        safe = shape.sub(MASK, safe)
    kept = ids_of(safe)
    lost = [each for each in ids_of(text) if each not in kept]
    return Defused("\n\n\n\n".join([safe, *(f"RequestId: {each}" for each in lost)]), kinds)
