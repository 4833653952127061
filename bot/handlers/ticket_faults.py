"""Why there is no ticket: a denial explained like any other, else the sentence that fits the error."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.aliyun.errors import AliyunError, DeniedError, RequestError
from bot.aliyun.models import DecodedMessage
from bot.blocks.logticket import TEXTS, Fault, TicketForm
from bot.explain import Evidence, explain, redact
from bot.explain.catalog import Catalog
from bot.explain.explanation import Explanation
from bot.explain.wording import say
from bot.languages import Language
from bot.requestids import PastedError

ACTION: Final = "yundun-sas:GetLogTicket"
API: Final = "GetLogTicket"
PRODUCT: Final = "cloud-siem"
LONGEST_MESSAGE: Final = 600

_FAULTS: Final = frozenset(
    {"mismatch", "clock", "token_expired", "credential", "deadline", "throttled", "unreachable", "strange", "server"}
)
# No source lists the codes of these refusals, so they are known by the parameter or the state that a code names.
_NAMED_IN_CODE: Final = (
    ("notactivat", "not_activated"),
    ("notopen", "not_activated"),
    ("notenabled", "not_activated"),
    ("notpurchased", "not_activated"),
    ("notbuy", "not_activated"),
    ("rolefor", "member"),
    ("loguserid", "data"),
    ("regionid", "hub"),
)
_ABOUT_A_MEMBER: Final = ("rolefor", "member", "managed", "delegated")
_OWN_WORDS: Final = frozenset({"code", "request"})


def fault_of(error: AliyunError, form: TicketForm) -> Fault:
    """The sentence for a failed call, with what it names and, for codes that nobody knows, the service's own words."""
    values = {"member": form.role_for or "–", "data": form.log_user_id or "–", "hub": form.hub, "code": error.code or "–"}
    reason = error.word if error.word in _FAULTS else _reason_in(error, form)
    said = redact(error.message)[:LONGEST_MESSAGE] if error.message and reason in _OWN_WORDS else None
    return Fault(reason, form, values, said, error.request_id)


def is_about_the_member(error: AliyunError, form: TicketForm) -> bool:
    """Whether a refusal is about the member and not about a right: it says so, and names no denied action."""
    if form.role_for is None or error.detail.action:
        return False
    said = f"{error.code or ''} {error.message or ''}".lower()
    return any(word in said for word in _ABOUT_A_MEMBER)


def denial_of(
    error: DeniedError,
    *,
    decoded: DecodedMessage | None,
    decode_note: str | None,
    language: Language,
    now: datetime,
    catalog: Catalog,
) -> Explanation:
    """The denial of the ticket, explained like any other. The action is known even where the answer does not name it."""
    detail = error.detail
    refusal = PastedError(
        request_id=error.request_id,
        code=error.code or "NoPermission",
        message=error.message,
        product=PRODUCT,
        api=API,
        http_status=str(error.http_status) if error.http_status else None,
        access_denied_detail=detail.model_dump(by_alias=True, exclude_none=True) | {"authAction": detail.action or ACTION},
    )
    evidence = Evidence(catalog, decoded=decoded, decode_note=decode_note)
    said = explain(refusal, evidence, language=language, now=now)
    # It was no pasted text, and its name is the page's own.
    sources = tuple(source for source in said.sources if source.kind != "text")
    known = replace(said, product_name=TEXTS("product", language), sources=sources)
    return _with_our_words(known, language)


def _with_our_words(said: Explanation, language: Language) -> Explanation:
    """The action takes all resources, so the engine's advice to find a narrower one would mislead."""
    denial = said.denial
    if denial is None or denial.policy_draft is None:
        return said
    note = TEXTS("denied.resource", language, account=denial.account_id or "–")
    narrowing = say("denied.draft_to_narrow", language)
    steps = (*(step for step in said.next_steps if step != narrowing), note)
    return replace(said, next_steps=steps, denial=replace(denial, draft_note=None, decode_note=None))


def _reason_in(error: AliyunError, form: TicketForm) -> str:
    code = (error.code or "").lower()
    named = next((reason for mark, reason in _NAMED_IN_CODE if mark in code), None)
    if named is not None:
        return named
    if is_about_the_member(error, form):
        return "member"
    if isinstance(error, RequestError):
        return "request"
    return "code" if error.code else "no_code"
