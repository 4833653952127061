"""The errors of a cleaned text: which id, code, message, product and status belong together.

Everything that SDKs print of an error is a mark with a place. Marks that follow each other make one record; a kind that comes
again begins the next. Records that say the same (a line, its JSON, its link) are joined; what stands inside a quoted message
is an error of its own where its id is another one: a call that the service made itself.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, TypeVar

from bot.requestids.codes import Code, codes, is_alibaba, products
from bot.requestids.dates import dates
from bot.requestids.denials import details, region_in
from bot.requestids.labels import REQUEST_NAME
from bot.requestids.messages import LONGEST, Messages, Span, cleaned
from bot.requestids.others import OtherId, OtherKind
from bot.requestids.pasted import PastedError
from bot.requestids.services import hosts, operations, product_of_host, services

_T = TypeVar("_T")
Kind = Literal["id", "code", "message", "status", "detail", "host", "product", "api"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of an error and where it stands."""

    start: int
    end: int
    kind: Kind
    value: str
    key: str = ""
    rank: int = 0
    span: Span | None = None


@dataclass(slots=True)
class Record:
    """What was read of one error so far."""

    start: int
    end: int
    id: str | None = None
    id_start: int = -1
    code: str | None = None
    client: str | None = None
    message: str | None = None
    rank: int = -1
    span: Span | None = None
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
        """Whether the record has an identity: an id or a code."""
        return bool(self.id or self.code or self.client)


_ID: Final = re.compile(
    rf"(?:{REQUEST_NAME})s?[\"'`\])*]{{0,4}}\s{{0,8}}(?::(?:\*\*)?|=>?|->|>|,|\bis\b)?\s{{0,40}}[\"'`(\[<*]{{0,3}}"
    r"(?:string\(\d{1,3}\) ?\")?([0-9A-Za-z*•█●.…-]{4,64})(?![0-9A-Za-z*])",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(
    r"(?:(?<![A-Za-z])(?:http[ _-]?)?(?:status(?:[ _-]?code)?|code|response code)[\"'\])]{0,3}\s{0,4}(?::|=>?|>|\bis\b)\s{0,4}[\"'(\[]{0,2}"
    r"|(?:failed|error) with (?:status(?: code)? )?|HTTP/[12](?:\.\d)? |[Ee]rror: ?<?|\bAPI [Ee]rror \(?|<)([1-5]\d\d)(?![\w-]|\.\d)"
    r"|(?<![\w.-])([45]\d\d) (?:Client Error|Server Error|Bad Request|Unauthorized|Forbidden|Not Found|Conflict|Too Many|Internal Server|"
    r"Bad Gateway|Service Unavailable|Gateway Time)",
    re.IGNORECASE,
)
_LOG_LINE: Final = re.compile(r"^[\[ \t]{0,4}(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[IWEF]\d{4} \d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)", re.MULTILINE)
_FAILURE: Final = re.compile(r"err|fail|exception|denied|invalid|not |forbid|unauthor|失败|错误|无权|异常", re.IGNORECASE)
_NEAR: Final = 120
_AHEAD: Final = 8
_SHORTEST_ID: Final = 8
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])")
_FOREIGN: Final = re.compile(r"amazonaws|x-amz-|Service: (?:Amazon|S3)|S3 Extended|windows\.net|googleapis|myqcloud|myhuaweicloud", re.IGNORECASE)
_OURS: Final = re.compile(r"aliyun|alibaba|alicloud|dashscope", re.IGNORECASE)
_OK: Final = re.compile(r"[123]\d\d")


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a text: the RequestIds that count, and the ids of other kinds."""

    request: frozenset[str]
    other: Mapping[str, OtherKind]


def errors(text: str, found: Sequence[Code], ids: Ids) -> tuple[PastedError, ...]:
    """The errors of a cleaned text in its order; none where nothing in it is an error of Alibaba Cloud's."""
    marks = sorted(_marks(text, found, ids), key=lambda mark: (mark.start, mark.end))
    if not marks or (_FOREIGN.search(text) and not _OURS.search(text)):
        return ()
    reader, context = _Reader(text), _Context(text, ids)
    records = reader.resolved(reader.joined(reader.records(marks)))
    return tuple(context.error(record) for record in records if context.tells(record))


def _marks(text: str, found: Sequence[Code], ids: Ids) -> Iterator[Mark]:
    yield from _id_marks(text, ids)
    messages = Messages(text)
    spans = list(messages.labelled())
    for code in found:
        yield Mark(code.start, code.end, "code", code.text, "client" if code.client else code.source)
        if code.source == "place" and (behind := messages.behind(code.end)):
            spans.append(behind)
    starts = [code.start for code in found]
    yield from _message_marks(text, [span for span in spans if span.rank or not _between(starts, span.begin, span.end)])
    for match in _STATUS.finditer(text):
        yield Mark(match.start(), match.end(), "status", match[1] or match[2])
    for place, end, key, value in details(text):
        yield Mark(place, end, "detail", value, key)
    for place, host in hosts(text):
        yield Mark(place, place + len(host), "host", host)
    for place, product in products(text):
        yield Mark(place, place + len(product), "product", product)
    for place, api in operations(text):
        yield Mark(place, place + len(api), "api", api)


def _id_marks(text: str, ids: Ids) -> Iterator[Mark]:
    seen = set()
    for match in _ID.finditer(text):
        value = match[1].strip("*.") if "..." not in match[1] else match[1]
        if value in ids.other or match[1] in ids.other:
            value = match[1] if match[1] in ids.other else value
        elif value.upper() in ids.request:
            value = value.upper()
        elif len(value) < _SHORTEST_ID or not any(character.isdigit() for character in value) or _UUID.fullmatch(value):
            continue
        seen.add(match.start(1))
        yield Mark(match.start(1), match.end(1), "id", value)
    for match in _UUID.finditer(text):
        if match.start() not in seen and match[0].upper() in ids.request:
            yield Mark(match.start(), match.end(), "id", match[0].upper())


def _message_marks(text: str, spans: Iterable[Span]) -> Iterator[Mark]:
    """The messages that stand in no other message that was read unquoted: there they are part of it."""
    until = -1
    for span in sorted(spans, key=lambda span: (span.begin, -span.rank)):
        message = cleaned(text[span.begin : span.end])
        if span.begin < until or message is None:
            continue
        until = until if span.quoted else span.end
        rank = -1 if message.endswith((":", "：")) else span.rank
        yield Mark(span.start, span.end, "message", message, rank=rank, span=span)


def _between(places: Sequence[int], start: int, end: int) -> bool:
    place = bisect_left(places, start)
    return place < len(places) and places[place] < end


class _Reader:
    """Gathers marks into records."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [match.start() for match in _LOG_LINE.finditer(text)]

    def records(self, marks: Sequence[Mark]) -> list[Record]:
        """The records of one level; those within quoted messages hang below the record that holds the message."""
        result: list[Record] = []
        place = 0
        while place < len(marks):
            mark = marks[place]
            place += 1
            if not result or self._begins(result[-1], mark) or self._opens(result[-1], mark, marks[place:]):
                result.append(Record(mark.start, mark.end))
            record = result[-1]
            self._add(record, mark)
            if mark.span and mark.span.quoted:
                first = place
                while place < len(marks) and marks[place].start < mark.span.end:
                    place += 1
                inside = marks[first:place]
                if any(each.kind in ("id", "code") for each in inside):
                    record.within += self.records(inside)
        return result

    def _begins(self, record: Record, mark: Mark) -> bool:
        """Whether a mark is the first of another record."""
        if mark.kind in ("detail", "host", "product", "api"):
            return False
        if record.named and self._new_line_of_log(record.end, mark.start):
            return True
        if mark.kind == "id":
            return record.id is not None and record.id != mark.value
        if mark.kind == "code":
            return self._other_code(record, mark)
        if mark.kind == "message":
            return self._other_message(record, mark)
        return record.status is not None and record.named and record.message is not None and self._apart(record, mark)

    def _opens(self, record: Record, mark: Mark, later: Sequence[Mark]) -> bool:
        """Whether an id stands in an object that has a code of its own, and the record's code stands before it."""
        if mark.kind != "id" or record.id is not None or record.code is None or "{" not in self._text[record.start : mark.start]:
            return False
        code = next((each for each in later[:_AHEAD] if each.kind in ("id", "code")), None)
        return code is not None and code.kind == "code" and code.value != record.code and "}" not in self._text[mark.end : code.start]

    def _other_code(self, record: Record, mark: Mark) -> bool:
        told = record.client if mark.key == "client" else record.code
        if told is None or (mark.key == "link" and mark.value == told):
            return False
        return mark.value != told or record.id is not None

    def _other_message(self, record: Record, mark: Mark) -> bool:
        if record.message is None or mark.rank < 0 or record.rank != mark.rank or not record.named:
            return False
        return self._apart(record, mark)

    def _apart(self, record: Record, mark: Mark) -> bool:
        between = self._text[record.end : mark.start]
        return "\n" in between or "}" in between or "{" in between

    def _new_line_of_log(self, end: int, start: int) -> bool:
        place = bisect_right(self._lines, end)
        return place < len(self._lines) and self._lines[place] <= start

    def _add(self, record: Record, mark: Mark) -> None:
        record.end = max(record.end, mark.end)
        if mark.kind == "id":
            record.id_start = mark.start if record.id is None else record.id_start
            record.id = record.id or mark.value
        elif mark.kind == "code":
            if mark.key == "client":
                record.client = record.client or mark.value
            else:
                record.code = record.code or mark.value
        elif mark.kind == "message":
            if record.message is None or mark.rank > record.rank or (mark.rank == record.rank and not _same(record.message, mark.value)):
                record.message, record.rank, record.span = mark.value, mark.rank, mark.span
            record.thrown = record.thrown or mark.rank == 0
        elif mark.kind == "detail":
            record.detail.setdefault(mark.key, mark.value)
        elif getattr(record, mark.kind) is None:
            setattr(record, mark.kind, mark.value)

    def joined(self, records: Sequence[Record]) -> list[Record]:
        """The records without repetitions: what tells of the same call is one record."""
        result: list[Record] = []
        by_id: dict[str, Record] = {}
        for record in records:
            known = by_id.get(record.id or "")
            if known is not None and (record.code is None or known.code in (None, record.code)):
                _absorb(known, record)
            elif result and self._belongs(result[-1], record):
                _absorb(result[-1], record)
            else:
                result.append(record)
            if result[-1].id:
                by_id.setdefault(result[-1].id, result[-1])
        for record in result:
            record.within = self.joined(record.within)
        return result

    def _belongs(self, record: Record, later: Record) -> bool:
        """Whether a record goes on with the one before it."""
        if record.id and later.id:
            return False
        if later.id and not (later.code or later.message or later.status):
            return True
        if self._new_line_of_log(record.end, later.start):
            return False
        if record.code and later.code:
            return record.code == later.code
        alike = not record.message or not later.message or _same(record.message, later.message)
        return alike or not later.named

    def resolved(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records one after the other, each before those within its message."""
        before: Record | None = None
        for record in records:
            record.inner = before is not None and self._on_message_line(before, record)
            if record.inner and before is not None and before.span is not None:
                line_end = self._text.find("\n", record.id_start)
                told = cleaned(self._text[before.span.begin : line_end if line_end >= 0 else len(self._text)][:LONGEST])
                before.message = told or before.message
            yield from self._with_within(record)
            before = record

    def _on_message_line(self, before: Record, record: Record) -> bool:
        """Whether a record's id stands in the unquoted message of a call that has an id of its own before it."""
        span = before.span
        if span is None or span.quoted or before.id is None or record.id is None or not before.id_start < span.begin:
            return False
        return span.begin < record.id_start and "\n" not in self._text[span.begin : record.id_start]

    def _with_within(self, record: Record) -> Iterator[Record]:
        rest: list[Record] = []
        for child in self.resolved(record.within):
            if record.id and child.id and record.id != child.id:
                child.inner = True
                rest.append(child)
            elif record.code is None or child.code in (None, record.code):
                if record.named:
                    _absorb(record, child)
                else:
                    rest.append(child)
            elif child.id and not record.id:
                rest.append(child)
                record.code = record.client = None
        if record.named or record.detail or not rest:
            yield record
        yield from rest


def _same(one: str, other: str) -> bool:
    return one == other or one.rstrip(".") in other or other.rstrip(".") in one


def _absorb(record: Record, later: Record) -> None:
    for name in ("id", "code", "client", "status", "host", "product", "api"):
        if getattr(record, name) is None:
            setattr(record, name, getattr(later, name))
    if record.id_start < 0:
        record.id_start = later.id_start
    if later.message and (record.message is None or later.rank > record.rank):
        record.message, record.rank, record.span = later.message, later.rank, later.span
    record.detail = {**later.detail, **record.detail}
    record.within += later.within
    record.end = max(record.end, later.end)


class _Context:
    """What the rest of a text tells of each of its errors."""

    def __init__(self, text: str, ids: Ids) -> None:
        self._text = text
        self._ids = ids
        self._services = list(services(text))
        self._dates = list(dates(text))

    def error(self, record: Record) -> PastedError:
        """The error that a record tells of."""
        product = record.product or self._product(record)
        return PastedError(
            request_id=record.id,
            id_kind=self._ids.other.get(record.id or ""),
            code=record.code,
            client_code=record.client,
            message=record.message,
            product=product,
            host=record.host,
            region_id=region_in(record.host or "") or region_in(record.message or "") or region_in(self._text[record.start : record.end]),
            api=record.api,
            http_status=record.status,
            access_denied_detail=record.detail or None,
            inner=record.inner,
            said_at=_nearest(self._dates, record.end),
        )

    def _product(self, record: Record) -> str | None:
        if record.host and (product := product_of_host(record.host)):
            return product
        action = record.detail.get("AuthAction", "")
        named = next(services(f"{action} {record.message or ''}"), None) if ":" in action + (record.message or "") else None
        return named[1] if named else _nearest(self._services, record.end)

    def tells(self, record: Record) -> bool:
        """Whether a record is an error, and Alibaba Cloud's."""
        if record.code or record.client or record.detail:
            return True
        failed = record.status is not None and not _OK.fullmatch(record.status)
        if failed:
            return bool(record.id or record.host or record.product or self._services)
        if record.rank >= 0 and record.message is not None:
            around = self._text[max(0, record.start - _NEAR) : record.end]
            return bool(record.id and _FAILURE.search(around)) or bool(record.thrown and self._services)
        return False


def _nearest(places: Sequence[tuple[int, _T]], end: int) -> _T | None:
    """The last value before a place, else the first one behind it."""
    before = bisect_right(places, end, key=lambda pair: pair[0])
    return places[max(0, before - 1)][1] if places else None
