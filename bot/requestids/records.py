"""Marks of a text gathered into records, one for each call that failed, and what of the text around belongs to which."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Generic, TypeVar

from bot.requestids.marks import Mark, before_labels, cleaned, line_end

T = TypeVar("T")

_PLAIN_KINDS: Final = ("code", "client", "status", "host", "product", "api")
_LOG_LINE: Final = (
    r"(?m)^[\[ \t]{0,4}(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[IWEF]\d{4} \d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)"
)
PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")
_AHEAD: Final = 16


@dataclass(slots=True)
class Record:
    """What was read of one error so far; ``within`` are the records inside its quoted messages."""

    start: int
    end: int
    id: str | None = None
    id_start: int = -1
    code: str | None = None
    client: str | None = None
    message: str | None = None
    rank: int = -2
    said: Mark | None = None
    status: str | None = None
    detail: dict[str, str] = field(default_factory=dict)
    host: str | None = None
    product: str | None = None
    api: str | None = None
    inner: bool = False
    thrown: bool = False
    within: list["Record"] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether an id or a code was read."""
        return bool(self.id or self.code or self.client)

    def add(self, mark: Mark) -> None:
        """Note one more part; what is known already stays, but a message of higher or later equal rank takes its place."""
        self.end = max(self.end, mark.end)
        if mark.kind == "id" and self.id is None:
            self.id, self.id_start = mark.value, mark.start
        elif mark.kind == "detail":
            self.detail.setdefault(mark.key, mark.value)
        elif mark.kind == "message":
            if mark.rank >= self.rank and not _same(self.message, mark.value):
                self.message, self.rank, self.said = mark.value, mark.rank, mark
            self.thrown |= mark.rank == 0
        elif mark.kind in _PLAIN_KINDS and getattr(self, mark.kind) is None:
            setattr(self, mark.kind, mark.value)

    def fill(self, other: "Record", *, identity: bool = True) -> None:
        """Take over what another record of the same call tells and this one does not."""
        for name in _PLAIN_KINDS[0 if identity else 2 :]:
            if getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        if not identity:
            return
        if self.id is None:
            self.id, self.id_start = other.id, other.id_start
        if other.message and other.rank > self.rank:
            self.message, self.rank, self.said = other.message, other.rank, other.said
        self.detail = {**other.detail, **self.detail}
        self.end = max(self.end, other.end)
        self.within += other.within


class Reader:
    """Gathers the marks of one text."""

    def __init__(self, text: str) -> None:
        """Keep the text and where its log lines begin: what one line tells does not go on in the next."""
        self._text = text
        self._lines = [match.start() for match in re.finditer(_LOG_LINE, text)]

    def read(self, marks: Sequence[Mark]) -> list[Record]:
        """The records of the marks, which come in the text's order; each before those within its message."""
        return list(self._unfolded(self._joined(self._gathered(marks))))

    def _gathered(self, marks: Sequence[Mark]) -> list[Record]:
        records: list[Record] = []
        named: Record | None = None
        place = 0
        while place < len(marks):
            mark = marks[place]
            place += 1
            later = marks[place : place + _AHEAD]
            named = records[-1] if records and records[-1].named else named
            if not records or (named and self._stands_alone(named, mark, later)) or self._begins(records[-1], mark, later):
                records.append(Record(mark.start, mark.end))
                named = None
            records[-1].add(mark)
            if mark.quoted:
                first = place
                while place < len(marks) and marks[place].start < mark.end:
                    place += 1
                inside = marks[first:place]
                if any(each.kind in ("id", "code", "message") for each in inside):
                    records[-1].within += self._gathered(inside)
        return records

    def _stands_alone(self, record: Record, mark: Mark, later: Sequence[Mark]) -> bool:
        """Whether a mark opens a paragraph that names a code or an id other than the record's before it."""
        if not PARAGRAPH.search(self._text, record.end, mark.start):
            return False
        end = PARAGRAPH.search(self._text, mark.start)
        near = [each for each in (mark, *later) if end is None or each.start < end.start()]
        told = {"code": record.code, "client": record.client, "id": record.id}
        return any(told.get(each.kind) not in (None, each.value) for each in near)

    def _begins(self, record: Record, mark: Mark, later: Sequence[Mark]) -> bool:
        """Whether a mark is the first of another record."""
        if mark.kind == "api":
            return record.api is not None and record.message is not None and self._text.find("\n", record.end, mark.start) >= 0
        if mark.kind in ("detail", "host", "product"):
            return False
        if record.named and self._new_log_line(record.end, mark.start):
            return True
        if mark.kind == "id":
            return record.id != mark.value if record.id else self._opens_object(record, mark, later)
        if mark.kind in ("code", "client"):
            told = record.code if mark.kind == "code" else record.client
            repeated = mark.value == told and (mark.key == "link" or record.id is None)
            return told is not None and not repeated
        return self._repeats(record, mark, later)

    def _repeats(self, record: Record, mark: Mark, later: Sequence[Mark]) -> bool:
        """Whether a message or status comes again behind a break, in a record that has a name: the next error's.

        A logger's message that opens the record gives way to the service's, as long as no other error is named behind that.
        """
        told = record.message is not None and (record.rank == mark.rank or mark.kind == "status")
        if not told or mark.rank < 0 or not record.named or (mark.kind == "status" and record.status in (None, mark.value)):
            return False
        name = next((each.kind for each in later if each.kind in ("id", "code", "client")), None)
        if record.said and record.said.start == record.start and (name is None or getattr(record, name) is None):
            return False
        between = self._text[record.end : mark.start]
        return "\n" in between or "}" in between or "{" in between

    def _opens_object(self, record: Record, mark: Mark, later: Sequence[Mark]) -> bool:
        """Whether an id stands in an object that has a code of its own, and the record's code stands before it."""
        if record.code is None or self._text.find("{", record.start, mark.start) < 0:
            return False
        code = next((each for each in later if each.kind in ("id", "code")), None)
        own = code if code and code.kind == "code" and code.value != record.code else None
        return own is not None and self._text.find("}", mark.end, own.start) < 0

    def _new_log_line(self, end: int, start: int) -> bool:
        place = bisect_right(self._lines, end)
        return place < len(self._lines) and self._lines[place] <= start

    def _joined(self, records: Iterable[Record]) -> list[Record]:
        """The records without repetitions: what tells of the same call is one record."""
        result: list[Record] = []
        by_id: dict[str, Record] = {}
        for record in records:
            known = by_id.get(record.id or "")
            if known is not None and (record.code is None or known.code in (None, record.code)):
                known.fill(record)
            elif result and self._goes_on(result[-1], record):
                result[-1].fill(record)
            else:
                result.append(record)
            if result[-1].id:
                by_id.setdefault(result[-1].id, result[-1])
        for record in result:
            record.within = self._joined(record.within)
        return result

    def _goes_on(self, record: Record, later: Record) -> bool:
        """Whether a record goes on with the one before it."""
        if record.id and later.id:
            return False
        if later.id and not (later.code or later.message or later.status):
            return True
        if self._new_log_line(record.end, later.start):
            return False
        if record.code and later.code:
            return record.code == later.code
        return not later.named or not record.message or not later.message or _same(record.message, later.message)

    def _unfolded(self, records: Iterable[Record]) -> Iterator[Record]:
        before: Record | None = None
        for record in records:
            if before is not None and self._on_message_line(before, record):
                record.inner = True
            yield from self._with_within(record)
            before = record

    def _on_message_line(self, before: Record, record: Record) -> bool:
        """Whether a record's id stands in the unquoted message of a call with an id before that; the message is whole then."""
        said = before.said
        if (
            said is None
            or said.quoted
            or re.search("[|;]", self._text[said.end - 2 : said.end + 2])
            or not 0 <= before.id_start < said.begin < record.id_start
        ):
            return False
        end = line_end(self._text, said.begin)
        if end >= record.id_start:
            before.message, before.end = cleaned(self._text[said.begin : end]), max(before.end, end)
        return end >= record.id_start

    def _with_within(self, record: Record) -> Iterator[Record]:
        """A record and those inside its messages: the same call's, calls of the called service, or all that is no logger's."""
        rest: list[Record] = []
        for child in self._unfolded([*record.within]):
            if record.id and child.id and record.id != child.id:
                child.inner = True
                rest.append(child)
            elif not record.named or (child.id and not record.id and child.code not in (None, record.code)):
                child.fill(record, identity=False)
                rest.append(child)
                record.code = record.client = None
            elif record.code is None or child.code in (None, record.code):
                record.message = before_labels(record.message or "") or record.message
                if not record.message or record.message.startswith("{") or record.message.endswith(":"):
                    record.rank = -1
                record.fill(child)
        if record.named or record.detail or not rest:
            yield record
        yield from rest


def _same(one: str | None, other: str) -> bool:
    return one is not None and (one == other or one.rstrip(".") in other or other.rstrip(".") in one)


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
