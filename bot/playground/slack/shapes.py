"""The grammar in which the limits of Block Kit are written: a check takes a value and says what is wrong with it, and where.

Checks are plain functions, so a block's table of limits reads as Slack's reference page does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken limit: a rule's name, a sentence, and the JSON pointer of the value, as Slack's own errors have them."""

    rule: str
    detail: str
    pointer: str

    def __str__(self) -> str:
        """As Slack prints it."""
        return f"{self.detail} [json-pointer:{self.pointer}]"


Check = Callable[[object, str], Iterator[Fault]]

_MISSING: Final = object()


def string(longest: int, shortest: int = 1) -> Check:
    """A string of so many characters, both ends included."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("wrong_type", "must be a string", pointer)
        elif len(value) < shortest:
            yield Fault("too_short", f"must be more than {shortest - 1} characters", pointer)
        elif len(value) > longest:
            yield Fault("too_long", f"must be less than {longest + 1} characters, has {len(value)}", pointer)

    return check


def boolean(value: object, pointer: str) -> Iterator[Fault]:
    """True or false."""
    if not isinstance(value, bool):
        yield Fault("wrong_type", "must be a boolean", pointer)


def number(value: object, pointer: str) -> Iterator[Fault]:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault("wrong_type", "must be a number", pointer)


def whole(fewest: int, most: int) -> Check:
    """A whole number of a range, both ends included."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int) or not fewest <= value <= most:
            yield Fault("wrong_value", f"must be a whole number from {fewest} to {most}", pointer)

    return check


def anything(_value: object, _pointer: str) -> Iterator[Fault]:
    """A value that this stand-in does not measure."""
    yield from ()


def choice(*allowed: str) -> Check:
    """One of some words."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault("wrong_value", f"must be one of {', '.join(allowed)}", pointer)

    return check


def array(item: Check, most: int, fewest: int = 1) -> Check:
    """A list of so many items, each of one kind."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list | tuple):
            yield Fault("wrong_type", "must be an array", pointer)
            return
        if len(value) < fewest:
            yield Fault("too_few", f"no fewer than {fewest} items allowed", pointer)
        if len(value) > most:
            yield Fault("too_many", f"no more than {most} items allowed, has {len(value)}", pointer)
        for position, each in enumerate(value):
            yield from item(each, f"{pointer}/{position}")

    return check


def record(fields: Mapping[str, Check], required: tuple[str, ...] = (), one_of: tuple[str, ...] = ()) -> Check:
    """An object: every key known, some required, at least one of a set present."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("wrong_type", "must be an object", pointer)
            return
        for key, each in value.items():
            if key in fields:
                yield from fields[key](each, f"{pointer}/{key}")
            elif key != "type":
                yield Fault("unknown_key", f"no additional properties allowed: {key}", f"{pointer}/{key}")
        for key in required:
            if value.get(key, _MISSING) is _MISSING:
                yield Fault("missing", f"missing required field: {key}", pointer)
        if one_of and not any(key in value for key in one_of):
            yield Fault("missing", f"missing one of the fields: {', '.join(one_of)}", pointer)

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """An object whose ``type`` decides what it has to be."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            yield from kinds[kind](value, pointer)
        else:
            yield Fault("unsupported_type", f"unsupported type: {kind}", f"{pointer}/type")

    return check


def plain_text(longest: int) -> Check:
    """A plain_text object."""
    return tagged({"plain_text": record({"text": string(longest), "emoji": boolean}, ("text",))})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object."""
    kinds: dict[str, Check] = {
        "plain_text": record({"text": string(longest), "emoji": boolean}, ("text",)),
        "mrkdwn": record({"text": string(longest), "verbatim": boolean}, ("text",)),
    }
    return tagged(kinds)
