"""The points of time that a text names: a date with a time of day, as logs, headers and parameters write it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_TIME: Final = r"(\d\d):(\d\d)(?::(\d\d))?"
_DATE: Final = re.compile(
    rf"(?<!\d)(20\d\d)[-/年](\d\d?)[-/月](\d\d?)日?[T_ ]{{1,2}}{_TIME}(?:[.,]\d{{1,9}})?\s?(Z|[+-]\d\d:?\d\d)?"
    rf"|(?<!\d)(\d\d?)[ -]([A-Z][a-z]{{2}})[ -](20\d\d) {_TIME}\s?(Z|[+-]\d\d:?\d\d)?"
)


def dates(text: str) -> Iterator[tuple[int, datetime]]:
    """Each point of time in a cleaned text with its place; in UTC where no offset stands behind it."""
    for match in _DATE.finditer(text):
        year, month, day, *clock, zone = match.groups()[:7] if match[1] else _by_name(match)
        try:
            hour, minute, second = (int(part or 0) for part in clock)
            yield match.start(), datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=_zone(zone))
        except ValueError:
            continue


def _by_name(match: re.Match[str]) -> tuple[str | None, ...]:
    day, month, year, *rest = match.groups()[7:]
    return (year, str(_MONTHS.get((month or "").lower(), 0)), day, *rest)


def _zone(written: str | None) -> timezone:
    if not written or written == "Z":
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))
