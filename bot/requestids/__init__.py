"""Pasted text → the RequestIds and all else that helps to explain a failed call. Pure, linear in time, never raises.

Patterns that most texts never need are plain strings: ``re`` compiles each at its first use, so that importing costs little.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.requestids.cleaning import clean, plain
from bot.requestids.codes import Code, codes, products
from bot.requestids.context import dates, hosts, product_of_host, regions, services, tells_denial
from bot.requestids.marks import marks
from bot.requestids.others import OtherId, OtherKind, other_ids
from bot.requestids.records import Owners, Reader, Record
from bot.requestids.uuids import UUID, only_lower_case, request_ids, uuids
from bot.requestids.wrapping import join_lines, join_quoted

__all__ = ["Extraction", "OtherId", "OtherKind", "PastedError", "extract"]

_ALONE: Final = re.compile(rf"\s*{UUID}\s*")
_OF_ID: Final = {"oss": "Oss", "sls": "Sls"}
_SUCCEEDED: Final = ("1", "2", "3")
_FAILURE: Final = r"(?i)err|fail|exception|denied|invalid|not |forbid|unauthor|失败|错误|无权|异常"
_NEAR: Final = 120
_FOREIGN: Final = r"(?i)amazonaws|x-amz-|Service: (?:Amazon|S3)|windows\.net|googleapis|myqcloud|myhuaweicloud"
_OURS: Final = re.compile(r"aliyun|alibaba|alicloud|dashscope", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastedError:
    """What a text says of one failed call. Everything may be missing; texts are as pasted, cleaned and not yet redacted.

    ``request_id`` is a UUID in upper case, or an id of another kind, spelt as in the text. ``code`` is Alibaba Cloud's,
    ``client_code`` what an SDK calls a failure of its own, such as ``SDK.ServerUnreachable``: no service answered.
    ``message`` is what the service says, without what loggers and SDKs print around it. An ``inner`` error stands within
    another one's: the called service made that call itself. ``said_at`` is aware, UTC where no zone is named.
    """

    request_id: str | None = None
    code: str | None = None
    client_code: str | None = None
    message: str | None = None
    product: str | None = None
    host: str | None = None
    region_id: str | None = None
    api: str | None = None
    http_status: str | None = None
    access_denied_detail: Mapping[str, str] | None = None
    inner: bool = False
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a pasted text holds: ids and codes each once, in order of first appearance, RequestIds in upper case.

    ``other_ids`` cannot be looked up. ``products`` are codes, such as ``Ecs``, as the text names them or as hosts and
    commands tell. ``access_denied_detail`` is the first error's that has one, keys in PascalCase. ``regions`` come out of
    host names, resource names and fields. ``lower_case`` are the RequestIds that stand in the text in lower case only,
    ``inner_ids`` those of calls which the called service made itself. ``errors`` come in the text's order, each with what
    belongs to it.
    """

    request_ids: tuple[str, ...] = ()
    other_ids: tuple[OtherId, ...] = ()
    error_codes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    access_denied_detail: dict[str, str] | None = None
    regions: tuple[str, ...] = ()
    lower_case: frozenset[str] = frozenset()
    inner_ids: tuple[str, ...] = ()
    errors: tuple[PastedError, ...] = ()

    @property
    def explainable(self) -> bool:
        """Whether there is anything to look up, or to explain without a look-up."""
        return bool(self.request_ids or self.other_ids or self.error_codes or self.access_denied_detail)

    def as_json(self) -> dict[str, Any]:
        """The object that ``requestlog extract --json`` prints: five keys, nothing masked."""
        return {
            "request_ids": list(self.request_ids),
            "other_ids": [{"id": other.id, "kind": other.kind} for other in self.other_ids],
            "error_codes": list(self.error_codes),
            "products": list(self.products),
            "access_denied_detail": dict(self.access_denied_detail) if self.access_denied_detail is not None else None,
        }


def extract(text: str) -> Extraction:
    """Everything that a pasted text holds; takes any text, NUL and lone surrogates too, in time linear in its length."""
    if _ALONE.fullmatch(text):
        alone = (text.strip().upper(),)
        return Extraction(alone, lower_case=frozenset(alone if text.islower() else ()))
    cleaned, lines = clean(text), plain(text)
    joined = join_lines(lines)  # words, unlike ids, are joined before anything else is undone
    whole = join_quoted(cleaned if joined is lines else clean(joined))
    found = uuids(cleaned)
    ids = request_ids(found)
    others = other_ids(cleaned, found)
    told = codes(whole)
    seen, inner = _errors(whole, told, {**{other.id: other.kind for other in others}, **dict.fromkeys(ids, "request")})
    return Extraction(
        request_ids=ids,
        other_ids=others,
        error_codes=tuple(dict.fromkeys(code.text for code in told if not code.client)),
        products=_products(whole, seen),
        access_denied_detail=next((dict(error.access_denied_detail) for error in seen if error.access_denied_detail), None),
        regions=regions(cleaned),
        lower_case=only_lower_case(found) & frozenset(ids),
        inner_ids=tuple(name for name in ids if name in inner),
        errors=seen,
    )


def _products(text: str, seen: Iterable[PastedError]) -> tuple[str, ...]:
    """The products that links and bodies name, those of the errors, and those of hosts; one spelling of each, the first."""
    names = [name for _, name in products(text)] + [error.product for error in seen if error.product]
    names += filter(None, (product_of_host(host) for _, host in hosts(text)))
    spellings: dict[str, str] = {}
    for name in names:
        spellings.setdefault(name.lower(), name)
    return tuple(spellings.values())


def _errors(text: str, told: Sequence[Code], kinds: Mapping[str, str]) -> tuple[tuple[PastedError, ...], frozenset[str]]:
    """The errors of a cleaned text in its order, and the ids of the calls that the called services made themselves.

    There are none where nothing in the text is an error of Alibaba Cloud's.
    """
    parts = sorted(marks(text, told, kinds), key=lambda mark: (mark.start, mark.end))
    if not parts or (re.search(_FOREIGN, text) and not _OURS.search(text)):
        return (), frozenset()
    records = Reader(text).read(parts)
    named = list(services(text))
    owned, times = Owners(text, records, named), Owners(text, records, list(dates(text)))
    seen = tuple(
        PastedError(
            request_id=record.id,
            code=record.code,
            client_code=record.client,
            message=record.message,
            product=record.product
            or _product(record, owned.words(record, text), owned.last(record))
            or _OF_ID.get(kinds.get(record.id or "", "")),
            host=record.host,
            region_id=next(iter(regions(f"{record.host} {owned.words(record, text)}")), None),
            api=record.api,
            http_status=record.status,
            access_denied_detail=record.detail if tells_denial(record.detail) else None,
            inner=record.inner,
            said_at=times.last(record),
        )
        for record in records
        if _is_error(record, text, spoken_of=bool(named))
    )
    return seen, frozenset(record.id for record in records if record.inner and record.id)


def _is_error(record: Record, text: str, *, spoken_of: bool) -> bool:
    """Whether a record is an error, and Alibaba Cloud's; ``spoken_of``: the text names one of its services."""
    if record.code or record.client or tells_denial(record.detail):
        return True
    if record.status and not record.status.startswith(_SUCCEEDED):
        return bool(record.id or record.host or record.product or spoken_of)
    if record.message is None or record.rank < 0:
        return False
    around = text[max(0, record.start - _NEAR) : record.end]
    return bool(record.id and re.search(_FAILURE, around)) or (record.thrown and spoken_of)


def _product(record: Record, said: str, named: str | None) -> str | None:
    """By the host, else by the action or resource that was denied, else what the text around the error names."""
    if record.host and (product := product_of_host(record.host)):
        return product
    denied = next(services(f" {record.detail.get('AuthAction', '')} {said}"), None)
    return denied[1] if denied else named
