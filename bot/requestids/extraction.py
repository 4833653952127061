"""All findings of one pasted text as a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.requestids.cleaning import join_broken, plain, unescape, unquote
from bot.requestids.codes import codes, products
from bot.requestids.denials import regions
from bot.requestids.errors import Ids, errors
from bot.requestids.others import OtherId, OtherKind, other_ids
from bot.requestids.pasted import PastedError
from bot.requestids.services import hosts, product_of_host
from bot.requestids.uuids import only_lower_case, request_ids, uuids
from bot.requestids.wrapping import join_lines, join_quoted

__all__ = ["Extraction", "OtherId", "OtherKind", "extract"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a pasted text holds.

    Attributes:
        request_ids: Upper-cased RequestIds, each once, in order of first appearance, however many.
        other_ids: Ids that cannot be looked up, spelt as in the text.
        error_codes: Alibaba Cloud's error codes, spelt as in the text.
        products: Product codes, such as ``Ecs``, as the text names them or as hosts and commands tell.
        access_denied_detail: The detail of an authorization error, keys in PascalCase; None when there is none.
        regions: Region ids out of host names, resource names and fields.
        lower_case: Those of ``request_ids`` that stand in the text in lower case only.
        inner_ids: Those of ``request_ids`` that name a call which the called service made itself.
        errors: The errors of the text in its order, each with what belongs to it.
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
    clean = join_broken(unescape(unquote(text)))
    whole = _with_words_joined(text, clean)
    found = uuids(clean)
    ids = request_ids(found)
    others = other_ids(clean, found)
    told = codes(whole)
    seen, inner = errors(whole, told, Ids(frozenset(ids), {other.id: other.kind for other in others}))
    return Extraction(
        request_ids=ids,
        other_ids=others,
        error_codes=tuple(dict.fromkeys(code.text for code in told if not code.client)),
        products=_products(whole, seen),
        access_denied_detail=next((dict(error.access_denied_detail) for error in seen if error.access_denied_detail), None),
        regions=regions(clean),
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


def _with_words_joined(text: str, clean: str) -> str:
    """The cleaned text for names and codes, whose words may have been broken over lines before anything was cleaned."""
    lines = plain(text)
    joined = join_lines(lines)
    return join_quoted(clean if joined is lines else join_broken(unescape(unquote(joined))))


def request_ids_in(text: str) -> tuple[str, ...]:
    """The ``request_ids`` of an extraction alone, for callers that must not wait for the rest."""
    return request_ids(uuids(join_broken(unescape(unquote(text)))))


def errors_in(text: str) -> tuple[PastedError, ...]:
    """The errors of a pasted text in its order, each with what belongs to it; linear in the text's length, never raises."""
    return extract(text).errors
