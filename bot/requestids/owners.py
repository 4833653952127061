"""Which error a fact belongs to that stands around errors, such as a command or a date."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from bot.requestids.records import PARAGRAPH, Record

T = TypeVar("T")


class Owners(Generic[T]):
    """Values with their places: each error has those in its own part, else those in paragraphs without an error."""

    def __init__(self, text: str, records: Sequence[Record], places: Sequence[tuple[int, T]]) -> None:
        """Find where each part begins and ends; what stands in an inner error is not the outer one's."""
        breaks = [0, *(match.start() for match in PARAGRAPH.finditer(text)), len(text) + 1]
        self._places, self._parts = places, {id(record): (record.start, record.end) for record in records}
        inner = sorted((record.start, record.end) for record in records if record.inner)
        self._inner = [start for start, _ in inner], list(accumulate((end for _, end in inner), max))
        outer = sorted((record for record in records if not record.inner), key=lambda record: record.start)
        taken = {bisect_right(breaks, place) for record in outer for place in (record.start, record.end)}
        self._common = [each for each in places if bisect_right(breaks, each[0]) not in taken]
        for before, record, after in zip([None, *outer], outer, [*outer[1:], None], strict=False):
            start, end = breaks[bisect_right(breaks, record.start) - 1], breaks[bisect_right(breaks, record.end)]
            if before is not None and before.end >= start:
                start = max(before.end, text.find("\n", before.end, record.start))
            if after is not None and after.start < end:
                line = text.find("\n", record.end, after.start)
                end = after.start if line < 0 else line
            self._parts[id(record)] = start, max(end, record.end)

    def last(self, record: Record) -> T | None:
        """The last value of the record's own before its end, else its first one, else a common one."""
        first, last = (bisect_left(self._places, place, key=_place) for place in self._parts[id(record)])
        near = self._places[first:last]
        own = (near if record.inner else [each for each in near if not self._is_inner(each[0])]) or self._common
        return own[max(0, bisect_right(own, record.end, key=_place) - 1)][1] if own else None

    def words(self, record: Record, text: str) -> str:
        """What the error says itself: its message and part of the text, or what stands before an error within it."""
        index = bisect_right(self._inner[0], record.start)
        cut = next(iter(self._inner[0][index : index + 1]), record.end)
        return text[record.start : cut] if cut < record.end else f"{record.message or ''} {text[record.start : record.end]}"

    def _is_inner(self, place: int) -> bool:
        starts, ends = self._inner
        index = bisect_right(starts, place) - 1
        return index >= 0 and place < ends[index]


def _place(pair: tuple[int, object]) -> int:
    return pair[0]
