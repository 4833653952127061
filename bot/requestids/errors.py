"""The errors of a cleaned text: which id, code, message, product and status belong together.

Everything that SDKs print of an error is a mark with a place. Marks that follow each other make one record; a kind that comes
again begins the next. Records that tell of the same call (a line, its JSON, its link) are joined. What stands inside a quoted
message is read by itself: where its id is another one, the called service made that call.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from bot.requestids.codes import Code, products
from bot.requestids.dates import dates
from bot.requestids.denials import details, region_in, tells_denial
from bot.requestids.labels import REQUEST_NAME
from bot.requestids.messages import Messages, Span, cleaned
from bot.requestids.others import NAME_MARK, OtherKind
from bot.requestids.pasted import PastedError
from bot.requestids.patterns import RarePattern
from bot.requestids.records import Mark, Reader, Record, last_before
from bot.requestids.services import hosts, operations, product_of_host, services

_ID: Final = RarePattern(
    rf"(?:{REQUEST_NAME})s?[\"'`\])*]{{0,4}}\s{{0,8}}(?::(?:\*\*)?|=>?|->|>|,|\bis\b)?\s{{0,40}}[\"'`(\[<*]{{0,3}}"
    r"(?:string\(\d{1,3}\) ?\"|[ub](?=[\"']))?\s{0,40}[\"']{0,2}([0-9A-Za-z*•█●.…-]{4,64})(?![0-9A-Za-z*])",
    re.IGNORECASE,
)
_SHORTEST_ID: Final = 8
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])")
_NUMBER: Final = re.compile(r"[1-5]\d\d(?![\w-]|\.\d)(?<![\w.-]...)")
_STATUS_BEFORE: Final = RarePattern(
    r"(?:(?<![A-Za-z])(?:(?:http|error)[ _-]?)?(?:status(?:[ _-]?code)?|code|response code)[\"'\])]{0,3}\s{0,4}"
    r"(?::|=>?|>|\bis\b)\s{0,4}[\"'(\[]{0,2}|(?:failed|error) with (?:status(?: code)? )?"
    r"|HTTP/[12](?:\.\d)? |error: ?<?|\bAPI error \(?|<)\Z",
    re.IGNORECASE,
)
_STATUS_BEHIND: Final = RarePattern(
    r" (?:Client Error|Server Error|Bad Request|Unauthorized|Forbidden|Not Found|Conflict|Too Many|Internal Server|Bad Gateway"
    r"|Service Unavailable|Gateway Time)",
    re.IGNORECASE,
)
_STATUS_REACH: Final = 48
_OF_ID: Final[dict[OtherKind | None, str]] = {"oss": "Oss", "sls": "Sls"}
_SUCCEEDED: Final = ("1", "2", "3")
_FAILURE: Final = RarePattern(r"err|fail|exception|denied|invalid|not |forbid|unauthor|失败|错误|无权|异常", re.IGNORECASE)
_NEAR: Final = 120
_FOREIGN: Final = RarePattern(
    r"amazonaws|x-amz-|Service: (?:Amazon|S3)|windows\.net|googleapis|myqcloud|myhuaweicloud", re.IGNORECASE
)
_OURS: Final = re.compile(r"aliyun|alibaba|alicloud|dashscope", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a text: the RequestIds that count, and the ids of other kinds."""

    request: frozenset[str]
    other: Mapping[str, OtherKind]


def errors(text: str, codes: Sequence[Code], ids: Ids) -> tuple[tuple[PastedError, ...], frozenset[str]]:
    """The errors of a cleaned text in its order, and the ids of the calls that the called services made themselves.

    There are none where nothing in the text is an error of Alibaba Cloud's.
    """
    marks = sorted(_marks(text, codes, ids), key=lambda mark: (mark.start, mark.end))
    if not marks or (_FOREIGN.search(text) and not _OURS.search(text)):
        return (), frozenset()
    records = Reader(text).read(marks)
    surroundings = _Surroundings(text, ids)
    told = tuple(surroundings.error(record) for record in records if surroundings.tells(record))
    return told, frozenset(record.id for record in records if record.inner and record.id)


def _marks(text: str, codes: Sequence[Code], ids: Ids) -> Iterator[Mark]:
    yield from _id_marks(text, ids)
    messages = Messages(text)
    spans = [*messages.labelled([code.start for code in codes])]
    spans += messages.behind(code.end for code in codes if code.source == "place")
    yield from _message_marks(text, spans)
    for code in codes:
        yield Mark(code.start, code.end, "client" if code.client else "code", code.text, code.source)
    for match in _NUMBER.finditer(text):
        before = _STATUS_BEFORE.search(text, max(0, match.start() - _STATUS_REACH), match.start())
        if before or _STATUS_BEHIND.match(text, match.end()):
            yield Mark(before.start() if before else match.start(), match.end(), "status", match[0])
    for place, end, key, value in details(text):
        yield Mark(place, end, "detail", value, key)
    yield from (Mark(place, place + len(host), "host", host) for place, host in hosts(text))
    yield from (Mark(place, place + len(product), "product", product) for place, product in products(text))
    yield from (Mark(place, place + len(api), "api", api) for place, api in operations(text))


def _id_marks(text: str, ids: Ids) -> Iterator[Mark]:
    """The ids that count, and whatever else an announcement of a RequestId calls one."""
    seen = set()
    for match in _ID.finditer(text) if NAME_MARK.search(text) else ():
        value = match[1] if match[1] in ids.other else match[1].strip("*.")
        if value.upper() in ids.request:
            value = value.upper()
        elif value not in ids.other and (len(value) < _SHORTEST_ID or value.isalpha() or _UUID.fullmatch(value)):
            continue
        seen.add(match.start(1))
        yield Mark(match.start(1), match.end(1), "id", value)
    for match in _UUID.finditer(text):
        if match.start() not in seen and match[0].upper() in ids.request:
            yield Mark(match.start(), match.end(), "id", match[0].upper())


def _message_marks(text: str, spans: Iterable[Span]) -> Iterator[Mark]:
    """The messages that stand in no other message that was read to its line's end: there they are part of it."""
    until = -1
    for span in sorted(spans, key=lambda span: (span.begin, -span.rank)):
        message = cleaned(text[span.begin : span.end])
        if span.begin < until or message is None:
            continue
        until = until if span.quoted else span.end
        rank = -1 if message.endswith(":") else span.rank
        yield Mark(span.start, span.end, "message", message, rank=rank, span=span)


class _Surroundings:
    """What the rest of a text tells of each of its errors."""

    def __init__(self, text: str, ids: Ids) -> None:
        self._text = text
        self._ids = ids

    @cached_property
    def _services(self) -> list[tuple[int, str]]:
        return list(services(self._text))

    @cached_property
    def _dates(self) -> list[tuple[int, datetime]]:
        return list(dates(self._text))

    def error(self, record: Record) -> PastedError:
        """The error that a record tells of."""
        regions = (region_in(place or "") for place in (record.host, record.message, self._text[record.start : record.end]))
        return PastedError(
            request_id=record.id,
            id_kind=self._ids.other.get(record.id or ""),
            code=record.code,
            client_code=record.client,
            message=record.message,
            product=record.product or self._product(record),
            host=record.host,
            region_id=next(filter(None, regions), None),
            api=record.api,
            http_status=record.status,
            access_denied_detail=record.detail if tells_denial(record.detail) else None,
            inner=record.inner,
            said_at=last_before(self._dates, record.end),
        )

    def tells(self, record: Record) -> bool:
        """Whether a record is an error, and Alibaba Cloud's."""
        if record.code or record.client or tells_denial(record.detail):
            return True
        if record.status and not record.status.startswith(_SUCCEEDED):
            return bool(record.id or record.host or record.product or self._services)
        if record.message is None or record.rank < 0:
            return False
        around = self._text[max(0, record.start - _NEAR) : record.end]
        return bool(record.id and _FAILURE.search(around)) or bool(record.thrown and self._services)

    def _product(self, record: Record) -> str | None:
        """By the host, else by the action or resource that was denied, else by what was named last before the error's end."""
        if record.host and (product := product_of_host(record.host)):
            return product
        denied = next(services(f" {record.detail.get('AuthAction', '')} {record.message or ''}"), None)
        return (
            denied[1] if denied else last_before(self._services, record.end) or _OF_ID.get(self._ids.other.get(record.id or ""))
        )
