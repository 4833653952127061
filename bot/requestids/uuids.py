"""The RequestIds of a cleaned text: which of its UUIDs count, and which were the service's own calls."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.requestids.labels import Role, goes_on, label_before, label_behind, role_of

_UUID: Final = re.compile(r"-(?<=[0-9A-Fa-f]{8}-)[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])")
"""Starts at the first dash: a search for one plain character is quick, and glued digits in front do no harm."""

_FIRST_GROUP: Final = 8
_UPPER: Final = re.compile("[A-F]")
_LOWER: Final = re.compile("[a-f]")
_QUOTED_MESSAGE: Final = re.compile(r"[Mm]essage\\{0,15}[\"']?\s{0,3}(?::|=>?)\s{0,3}(\\{0,15})([\"'])")
_PLAIN_MESSAGE: Final = re.compile(r"(?<![A-Za-z])[Mm]essage[ \t]?[:=][ \t]{0,3}(?![\"'{\s])([^\n]*)")
_OUTER_DISTANCE: Final = 800


@dataclass(frozen=True, slots=True)
class Uuid:
    """One place where a UUID stands: where, as it is spelt there, and what its label says of it."""

    start: int
    text: str
    role: Role

    @property
    def id(self) -> str:
        """The id as Alibaba Cloud spells it, in upper case."""
        return self.text.upper()


def uuids(text: str) -> tuple[Uuid, ...]:
    """All UUIDs of a cleaned text in order, with their roles."""
    found: list[Uuid] = []
    spoken_for = 0
    for match in _UUID.finditer(text):
        start = match.start() - _FIRST_GROUP
        taken = spoken_for and not text[spoken_for:start].strip(" \t\n,;│|")
        role = "none" if taken else role_of(label_before(text, start))
        if role == "none":
            behind, end = label_behind(text, match.end())
            role = role_of(behind)
            spoken_for = end if role != "none" else 0
        if role == "none" and found and goes_on(text[_end(found[-1]) : start], found[-1].role):
            role = found[-1].role
        found.append(Uuid(start, text[start : match.end()], role))
    return tuple(found)


def request_ids(found: Sequence[Uuid]) -> tuple[str, ...]:
    """The ids that count, in order of first appearance: the labelled ones; without any, those that nothing names otherwise."""
    labelled = {uuid.id for uuid in found if uuid.role in ("request", "requests")}
    named = {uuid.id for uuid in found if uuid.role in ("other", "trace")}
    wanted = labelled or {uuid.id for uuid in found} - named
    return tuple(dict.fromkeys(uuid.id for uuid in found if uuid.id in wanted))


def only_lower_case(found: Iterable[Uuid]) -> frozenset[str]:
    """The upper-cased ids that stand in the text in lower case only, as services with their own gateway print them."""
    places = tuple(found)
    upper = {uuid.id for uuid in places if _UPPER.search(uuid.text)}
    return frozenset(uuid.id for uuid in places if _LOWER.search(uuid.text)) - upper


def inner_ids(escaped: str, text: str, found: Sequence[Uuid]) -> frozenset[str]:
    """The ids that stand only inside the message of an error that has an id of its own.

    Args:
        escaped: The text with its backslash escapes: they tell where a quoted message ends.
        text: The cleaned text, in which ``found`` stands.
        found: The UUIDs of the cleaned text.
    """
    quoted = _within(_uuid_starts(escaped), _quoted_messages(escaped))
    if quoted:
        outside = {name for name, inside in quoted if not inside}
        inner = {name for name, inside in quoted if inside} - outside
        if inner and outside:
            return frozenset(inner)
    return _inner_of_plain_messages(text, found)


def _end(uuid: Uuid) -> int:
    return uuid.start + len(uuid.text)


def _uuid_starts(text: str) -> list[tuple[int, str]]:
    return [(match.start(), text[match.start() - _FIRST_GROUP : match.end()].upper()) for match in _UUID.finditer(text)]


def _quoted_messages(text: str) -> list[tuple[int, int]]:
    """Where quoted messages begin and end, outermost only: a string ends at a quote with as many backslashes as its first."""
    spans: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    position = 0
    while match := _QUOTED_MESSAGE.search(text, position):
        quote, position = match[1] + match[2], match.end()
        if quote in unclosed:
            continue
        closing = re.compile(rf"(?<!\\){re.escape(quote)}").search(text, position)
        if closing:
            spans.append((position, closing.start()))
            position = closing.end()
        else:
            unclosed.add(quote)
    return spans


def _within(places: Sequence[tuple[int, str]], spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Each place's id and whether it lies in one of the spans; both come in order, so one pass is enough."""
    result, current = [], 0
    for start, name in places:
        while current < len(spans) and spans[current][1] < start:
            current += 1
        result.append((name, current < len(spans) and spans[current][0] <= start))
    return result


def _inner_of_plain_messages(text: str, found: Sequence[Uuid]) -> frozenset[str]:
    """The same for messages without quotes: an id on the message's line, with another id not far before the message."""
    labelled = [uuid for uuid in found if uuid.role in ("request", "requests")]
    spans = [match.span(1) for match in _PLAIN_MESSAGE.finditer(text)]
    inner: set[str] = set()
    outer: set[str] = set()
    for (name, inside), uuid, before in zip(
        _within([(uuid.start, uuid.id) for uuid in labelled], spans), labelled, [None, *labelled], strict=False
    ):
        nested = inside and before is not None and before.id != name and uuid.start - before.start < _OUTER_DISTANCE
        (inner if nested else outer).add(name)
    return frozenset(inner - outer)
