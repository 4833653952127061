"""The parts of errors in a cleaned text, each with its place: ids, codes, messages in any notation, statuses and the rest."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal

from bot.requestids.codes import Code, products
from bot.requestids.context import details, hosts, operations
from bot.requestids.others import announced
from bot.requestids.uuids import UUID
from bot.requestids.wrapping import CUT

Kind = Literal["id", "code", "client", "message", "status", "detail", "host", "product", "api"]

_LONGEST: Final = 4_000
"""Characters of a message that are read; no service sends more, and it bounds the work."""

_SENTENCE: Final = 500
_DEEPEST: Final = 6
"""Messages within messages that are told apart: services pass on an error once or twice, hostile texts without end."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of an error and where it stands. ``key`` is a detail's key or a code's source.

    A message begins at ``begin``, behind its label; its ``rank`` tells the service's own words (2) from what loggers may label
    the same (1, 0). A ``quoted`` one is read whole: what stands inside belongs to it.
    """

    start: int
    end: int
    kind: Kind
    value: str
    key: str = ""
    rank: int = 0
    begin: int = -1
    quoted: bool = False


_LABEL: Final = (
    r"(?i)(?<![A-Za-z/=])(?:(error|err|sub|result|ret)[ _]?(?:message|msg|info|desc(?:ription)?)"
    r"|(message)|msg|details?|(?:错误|报错|錯誤)(?:信息|消息|描述|提示|訊息))"
    r"[\"'`\])*]{0,4}(?::(?:protected|private))?\s{0,8}(?::\*{0,2}|=>?|->|>(?!\s{0,9}<\w)|\t|[为是]|[,|│](?=\s?[\"'`]|\s[A-Z]))\s{0,20}"
    r"(?:string\(\d{1,5}\)\s?|[ub](?=[\"'])|[(\[]{1,2}\s{0,4}(?=[\"']))?"
)
_MARK: Final = re.compile("essage|ESSAGE|[Mm][Ss][Gg]|信息|消息|描述|提示|訊息|[Dd]esc|[Ii]nfo|[Dd]etail")
_TEA: Final = re.compile(r"(?<![A-Za-z])code: [1-5]\d\d, ")
_THROWN: Final = (
    r"(?:(?:OSS|Oss|Log|Authentication|MQClient|Server|Client|Tea|Service"
    r"|ODPS|Tunnel|Table[Ss]tore|MNS)(?:Service)?(?:Exception|Error)): ?(?=[^\s:])"
)
_OUTCOME: Final = re.compile(r"(?:GET|POST|PUT|DELETE) /\S{0,200} failed with \d{3}\.?")
"""How Function Compute's SDKs begin, before the service's own message."""

_SANDWICHED: Final = re.compile(
    r"[\"'`*\])]{0,3}[ \t]*\n[ \t>│┃║|]*(?=[A-Z\u4e00-\u9fff][^\n\t:=]{4,400}"
    r"\n[ \t>│┃║|]*(?:[\w ]{0,12}(?i:request|请求)|[0-9A-Fa-f]{8}-))"
)
"""Between a code's line and that of the RequestId stands the message, without a label."""

_BLOCK: Final = re.compile(r"[|>][-+]?[ \t]*\n((?:[ \t]+[^\n]{1,400}\n?){1,20})")
"""YAML's block of indented lines."""

_BRACE: Final = re.compile(r"[{}]")
_QUOTE_END: Final = {
    quote: rf"{quote}(?=\s{{0,4}}(?:[,}}\])，。；、]|\Z)|[ \t]*\n|\s[\"'][\w.]{{1,30}}[\"']\s?[=:]"
    r"|\s[a-zA-Z_]{1,30}=|\s\w{0,9}(?:Id|ID|Code)\s?:)"
    for quote in ("'", '"', "`")
}
_CLOSING: Final = (
    r"(?i)(?<![A-Za-z])(?:x-\w{1,4}-)?(?:request[ _-]?(?:id|uuid)s?|r(?:eq)?_?id)(?![A-Za-z])[\"'\])*]{0,3}\s?(?:[:=>]|\bis\b)"
    r"|[，,；;、\s]?(?:请求\s?(?:ID|编号|标识|号)|(?:错误|錯誤)(?:码|代码|碼|代碼))\s?[:为是]"
    r"|[(\[,;]?\s?\brequest(?:[ _-]?id)?\s(?=[0-9a-f]{8}-|[0-9a-f]{24}\b)"
    r"|\]\s?\[|\|\s?[\w.-]{1,20}[:=]|[)\]]?[,;]\s{1,2}(?-i:[a-z])\w{1,20}=(?!=)"
    r"|\b(?:Host ?Id|(?-i:Recommend|Data|Description|Request Endpoint|Timestamp|EC|Tag|URL)|accessDenied(?:Detail)?"
    r"|(?:http ?)?status ?code|(?:err(?:or)?|sub)[ _]?code|code|resource ?owner ?id)[\"'\])]{0,3}\s?(?:[:=]|=>)(?![a-zA-Z0-9:])"
    r"|(?<=[ \t,;])(?:hostId|errorCode|statusCode|status|code|product|region)=|\[(?:msg|sub_code|HostId|Code)\] =>"
    r"|(?<=[ :])\{[\"']|[\"']\s{0,2}[}\]]|[\"'],\s{0,3}[\"'][\w.]{1,30}[\"']\s?:|```|<br|</"
    rf"|(?<=[.!?。]){CUT}"
    r"|\n[ \t]*at [\w.$<]|[ \t]at (?:com|org|java|Object|async|(?-i:[A-Z])\w+)\."
)
_GOES_ON: Final = r"[ \t]*\n[ \t>│┃║|]*(?=[a-z\u4e00-\u9fff\ue000])(?!(?:with|on|in|at|and|resource|module) |[\w.]{1,40}[:=])"
_BEHIND_CODE: Final = (
    r"[\"'`*\])]{0,3}(?:\s?(?::(?:\[[\d,]{1,9}\])?|-|–|—)\s{1,4}|(?<=\d):(?=[A-Z])|(?<=\w)[\]}][ \t]{1,4}(?=\w)"
    r"|,\s{1,3}(?=[A-Z]|[a-z]{2,12} [a-z]{1,12} )(?![\w ]{1,20}[:=])"
    r"|[ \t]{1,8}(?=[A-Z][a-z]|[A-Z] |[\u4e00-\u9fff]))(?=[^\s{])"
)
_BEFORE_CODE: Final = (
    r"^(?:[^\n]{0,200}(?i:error|failed|exception|错误): ?)?(?=[A-Z\u4e00-\u9fff])"
    r"((?:(?!(?i:message|msg|request ?id|status|code)\W)[^\n{}=\"]){10,400}[.!。])"
    r"\s{0,4}(?i:err(?:or)?[ _]?)?[Cc]ode[\"'`*]{0,3}\s?[:=]\s?[\"'`]?\Z"
)
_TRIM: Final = " \t\n,;+-│┃║|" + CUT
_EMPTY: Final = frozenset(("", "null", "none", "nil", "<nil>", "undefined", "ok", "success", "{}", "[]", "message"))


_SHORTEST_ID: Final = 8
_UUID: Final = re.compile(rf"{UUID}(?![0-9A-Fa-f-])")
_NUMBER: Final = re.compile(r"[1-5]\d\d(?![\w-]|\.\d)(?<![\w.-]...)")
_STATUS_BEFORE: Final = (
    r"(?i)(?:(?<![A-Za-z])(?:(?:http|error)[ _-]?)?(?:status(?:[ _-]?code)?|code|response code)[\"'\])]{0,3}\s{0,4}"
    r"(?::|=>?|>|\bis\b)\s{0,4}[\"'(\[]{0,2}|(?:failed|error) with (?:status(?: code)? )?"
    r"|HTTP/[12](?:\.\d)? |\bstatus (?:code )?|error: ?<?|\bAPI error \(?|<)\Z"
)
_STATUS_BEHIND: Final = (
    r"(?i) (?:Client Error|Server Error|Bad Request|Unauthorized|Forbidden|Not Found|Conflict|Too Many|Internal Server"
    r"|Bad Gateway|Service Unavailable|Gateway Time)"
)
_STATUS_REACH: Final = 48


def marks(text: str, codes: Sequence[Code], kinds: Mapping[str, str]) -> Iterator[Mark]:
    """All parts of errors in a cleaned text, kind by kind; ``kinds`` holds its ids, ``request`` for those that count."""
    yield from _id_marks(text, kinds)
    yield from _not_within(_Messages(text).found(codes))
    for code in codes:
        yield Mark(code.start, code.end, "client" if code.client else "code", code.text, code.source)
    for match in _NUMBER.finditer(text):
        before = re.compile(_STATUS_BEFORE).search(text, max(0, match.start() - _STATUS_REACH), match.start())
        if before or re.compile(_STATUS_BEHIND).match(text, match.end()):
            yield Mark(before.start() if before else match.start(), match.end(), "status", match[0])
    for place, end, key, value in details(text):
        yield Mark(place, end, "detail", value, key)
    yield from (Mark(place, place + len(host), "host", host) for place, host in hosts(text))
    yield from (Mark(place, place + len(product), "product", product) for place, product in products(text))
    yield from (Mark(place, place + len(api), "api", api) for place, api in operations(text))


def _id_marks(text: str, kinds: Mapping[str, str]) -> Iterator[Mark]:
    """The ids that count, and whatever else an announcement of a RequestId calls one."""
    seen = set()
    for match in announced(text):
        value = match[1] if match[1] in kinds else match[1].strip("*.")
        if kinds.get(value.upper()) == "request":
            value = value.upper()
        elif value not in kinds and (len(value) < _SHORTEST_ID or value.isalpha() or _UUID.fullmatch(value)):
            continue
        seen.add(match.start(1))
        yield Mark(match.start(1), match.end(1), "id", value)
    for match in _UUID.finditer(text):
        if match.start() not in seen and kinds.get(match[0].upper()) == "request":
            yield Mark(match.start(), match.end(), "id", match[0].upper())


def _not_within(messages: Iterable[Mark]) -> Iterator[Mark]:
    """The messages that stand in no other message that was read to its line's end: there they are part of it."""
    until = -1
    for mark in sorted(messages, key=lambda mark: (mark.begin, -mark.rank)):
        if mark.begin >= until and mark.value:
            until = until if mark.quoted else mark.end
            yield mark


class _Messages:
    """Finds the messages of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quotes: dict[str, list[int]] = {}

    def found(self, codes: Sequence[Code]) -> Iterator[Mark]:
        """The messages behind labels, behind the status that SDKs print, in an SDK's exception, and behind unlabelled codes."""
        text, starts = self._text, [code.start for code in codes]
        if _MARK.search(text):
            yield from self._outermost(re.finditer(_LABEL, text), self._labelled)
        if "ode: " in text:
            yield from self._outermost(_TEA.finditer(text), lambda match: self._to_closing(match.start(), match.end(), 1))
        if "xception:" in text or "rror:" in text:
            thrown = self._outermost(re.finditer(_THROWN, text), lambda match: self._to_closing(match.start(), match.end(), 0))
            yield from (mark for mark in thrown if bisect_left(starts, mark.begin) == bisect_left(starts, mark.end))
        for code in codes:
            if code.source == "unreached":
                yield self._to_closing(code.start, code.start, 1)
            elif code.source == "label" and (said := self._before(code)):
                yield said
        found = [re.compile(_BEHIND_CODE).match(text, code.end) for code in codes if code.source == "place"]
        found += [_SANDWICHED.match(text, code.end) for code in codes]
        behind = sorted((match for match in found if match), key=lambda match: match.start())
        yield from self._outermost(behind, lambda match: self._to_closing(match.start(), match.end(), 1))

    def _before(self, code: Code) -> Mark | None:
        """The sentence without a label that stands before a code on its line."""
        first = max(self._text.rfind("\n", 0, code.start) + 1, code.start - _SENTENCE)
        said = re.search(_BEFORE_CODE, self._text[first : code.start])
        return self._message(first + said.start(1), first + said.start(1), first + said.end(1), 0) if said else None

    def _outermost(self, matches: Iterable[re.Match[str]], read: Callable[[re.Match[str]], Mark]) -> Iterator[Mark]:
        """A mark for each match that stands in no unquoted one, nor too deep in quoted ones: nothing is read over and over."""
        until = -1
        around: list[int] = []
        for match in matches:
            while around and around[-1] <= match.end():
                around.pop()
            if match.end() >= until and len(around) < _DEEPEST:
                mark = read(match)
                around += [mark.end] if mark.quoted else []
                until = until if mark.quoted else mark.end
                yield mark

    def _message(self, start: int, begin: int, end: int, rank: int, *, quoted: bool = False) -> Mark:
        """A message's mark; its value is empty where nothing is said."""
        said = cleaned(self._text[begin:end]) or ""
        empty = said.endswith(":") or _OUTCOME.fullmatch(said)
        return Mark(start, end, "message", said, rank=-1 if empty else rank, begin=begin, quoted=quoted)

    def _labelled(self, match: re.Match[str]) -> Mark:
        text, start, begin = self._text, match.start(), match.end()
        rank = 2 if match[1] else 1 if match[2] else 0
        block = _BLOCK.match(text, begin)
        if block:
            return self._message(start, block.start(1), min(block.end(1), begin + _LONGEST), rank, quoted=True)
        quote = text[begin : begin + 1]
        if quote in _QUOTE_END:
            end = self._quoted_end(begin + 1, quote)
            if end is not None:
                return self._message(start, begin + 1, end, rank, quoted=True)
            begin += 1
        elif quote in ("{", "["):
            return self._message(start, begin, begin, rank)
        if text.startswith(">", begin - 1):
            end = text.find("</", begin, begin + _LONGEST)
            if end >= 0:
                return self._message(start, begin, end, rank, quoted=True)
        return self._to_closing(start, begin, rank)

    def _to_closing(self, start: int, begin: int, rank: int) -> Mark:
        """A message without quotes: to the end of its line, or to the next thing that SDKs print."""
        text = self._text
        end = line_end(text, begin)
        for _ in range(4):
            more = re.compile(_GOES_ON).match(text, end)
            if not more or text[end - 1 : end] in (".", "!", "?", "。") or end - begin > _LONGEST:
                break
            end = line_end(text, more.end())
        closing = re.compile(_CLOSING).search(text, begin, min(end + 1, begin + _LONGEST))
        return self._message(start, begin, closing.start() if closing else min(end, begin + _LONGEST), rank)

    def _quoted_end(self, begin: int, quote: str) -> int | None:
        """Where a quoted text ends: at the first quote that may end one at its own depth of braces, else at the first such."""
        ends = self._ends(quote)
        place = bisect_left(ends, begin)
        if place == len(ends) or ends[place] - begin > _LONGEST:
            return None
        depth = self._depth(begin)
        near = (end for end in ends[place : place + 24] if end - begin <= _LONGEST)
        return next((end for end in near if self._depth(end) <= depth), ends[place])

    def _ends(self, quote: str) -> list[int]:
        if quote not in self._quotes:
            self._quotes[quote] = [match.start() for match in re.finditer(_QUOTE_END[quote], self._text)]
        return self._quotes[quote]

    @cached_property
    def _braces(self) -> tuple[list[int], list[int]]:
        matches = list(_BRACE.finditer(self._text))
        return [match.start() for match in matches], [0, *accumulate(1 if match[0] == "{" else -1 for match in matches)]

    def _depth(self, place: int) -> int:
        places, depths = self._braces
        return depths[bisect_left(places, place)]


def line_end(text: str, start: int) -> int:
    """Where the line ends that an index stands in, as far as a message is read."""
    end = text.find("\n", start, start + _LONGEST)
    return end if end >= 0 else min(len(text), start + _LONGEST)


def cleaned(message: str) -> str | None:
    """A message without folds, the status that SDKs put before it and loose signs at its ends; None for an empty one."""
    message = (
        _TEA.sub("", re.sub(r"[ \t]*\n[ \t>│┃║|]*", " ", message.replace(CUT, "")), count=1).strip(_TRIM).rstrip(_TRIM + "([{")
    )
    for quote in ('"', "'"):
        message = message.removesuffix(quote) if message.count(quote) % 2 else message
    for opening, closing in ("[]", "()"):
        message = message.removesuffix(closing) if message.count(opening) < message.count(closing) else message
    return None if message.lower() in _EMPTY else message.removesuffix("..").rstrip() + "." * message.endswith("..")


def before_labels(message: str) -> str | None:
    """A quoted message without the id, status and body that were put into it."""
    closing = re.search(_CLOSING, message)
    return cleaned(message[: closing.start()]) if closing else message
