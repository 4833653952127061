"""The points of time that a text names: a date with a time of day, as logs, headers and parameters write it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.requestids.patterns import RarePattern

_DATE: Final = RarePattern(
    r"(20\d\d)(?<!\d....)[-/](\d\d)[-/](\d\d)[T_ ]{1,2}(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?"
    r"|(\d\d? [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d)( [+-]\d{4})?"
)


def dates(text: str) -> Iterator[tuple[int, datetime]]:
    """Each point of time in a cleaned text with its place; in UTC where no offset stands behind it."""
    for match in _DATE.finditer(text):
        year, month, day, clock, zone, written, offset = match.groups()
        try:
            if year:
                yield match.start(), datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone or 'Z'}")
            else:
                yield match.start(), datetime.strptime(f"{written}{offset or ' +0000'}", "%d %b %Y %H:%M:%S %z")
        except ValueError:
            continue
