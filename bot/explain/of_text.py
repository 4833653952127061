"""What a pasted error tells when there is no log: its codes, product, message and access-denied detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.aliyun.models import AccessDeniedDetail
from bot.explain.body import is_success_code
from bot.explain.explanation import Source
from bot.explain.facts import Facts, shown_detail, shown_line, shown_passage
from bot.explain.of_log import shown_nested
from bot.explain.wording import say
from bot.languages import Language


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found in a pasted text, as an Extraction holds it."""

    request_ids: Sequence[str] = ()
    error_codes: Sequence[str] = ()
    products: Sequence[str] = ()
    access_denied_detail: Mapping[str, object] | None = None
    error_message: str | None = None


def facts_of_text(pasted: Pasted, language: Language) -> Facts | None:
    """The facts of a pasted text, or None when it tells of no error."""
    detail = AccessDeniedDetail.parse(dict(pasted.access_denied_detail) if pasted.access_denied_detail else None)
    codes = [code for code in map(shown_line, pasted.error_codes) if code and not is_success_code(code)]
    if not codes and not detail.action:
        return None
    request_id = shown_line(pasted.request_ids[0]) if pasted.request_ids else None
    code = codes[0] if codes else None
    return Facts(
        sources=(Source("text", request_id or code or detail.action or "text", say("source.pasted", language)),),
        request_id=request_id,
        product=shown_line(pasted.products[0]) if pasted.products else None,
        error_code=code,
        error_message=shown_passage(pasted.error_message),
        detail=shown_detail(detail),
        nested=shown_nested(pasted.error_message, request_id, code),
        detail_decides=True,
        decodable=detail.encoded_message is not None,
    )
