"""The RequestIds of a cleaned text: which of its UUIDs count."""

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
        behind, end = label_behind(text, match.end())
        told_behind = role_of(behind)
        spoken_for = end if told_behind != "none" else 0
        role = told_behind if role == "none" else role
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


def _end(uuid: Uuid) -> int:
    return uuid.start + len(uuid.text)
