"""The log ticket: typed, asked for by a form, fetched as the asker, answered to one person alone, and kept nowhere.

The ticket never leaves but inside its link. Where there is none, a denial is explained like any other; else it is told why.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import SplitResult

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeniedError, RequestError
from bot.aliyun.sts import CallerIdentity
from bot.blocks.kit import Message
from bot.blocks.logticket import (
    TEXTS,
    Denied,
    Fault,
    Hub,
    NoPage,
    Opened,
    TicketForm,
    TicketOutcome,
    answer_view,
    fault_words,
    form_note,
    form_view,
    ticket_message,
    words_message,
)
from bot.explain import Evidence, explain, redact
from bot.explain.explanation import Explanation
from bot.explain.wording import principal_words
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services, View
from bot.handlers.ticket_words import (
    LinkTooLongError,
    PageError,
    Wanted,
    WrongWordError,
    check_page,
    link_with,
    parse_words,
    wanted_in,
    wanted_of,
)
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.lookup.background import decoded_denial
from bot.requestids import PastedError
from bot.store.chain import Entry
from bot.store.errors import StoreUnavailableError

ACTION: Final = "yundun-sas:GetLogTicket"
LONGEST_MESSAGE: Final = 600
KNOWING_THE_CALLER_S: Final = 3.0
#: What a person can mend in the form, which is then shown again.
MENDABLE: Final = frozenset({"member", "data", "hub", "not_activated", "mismatch"})

_HUBS: Final[dict[str, Hub]] = {"china": "cn-hangzhou", "international": "ap-southeast-1"}
_IMPLICIT: Final = "ImplicitDeny"
# Behind these another of the person's identities may still have the right.
_OF_THIS_IDENTITY: Final = frozenset({"credential_missing", "credential", "token_expired"})
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


def typed(services: Services, ask: Ask) -> Message:
    """The sub-command with its words; without any, what this person chose last."""
    try:
        wanted = parse_words(ask.text)
    except WrongWordError as error:
        return words_message(error.reason, error.word, ask.language)
    remembered = wanted_of(services.choices.of(ask.person).ticket_form)
    return _message(services, ask, outcome_of(services, ask, wanted.completed_by(remembered)))


def change(services: Services, ask: Ask) -> Message | None:
    """The button on an answer: the form, filled as the answer was. The ask's text is the form."""
    view = form_view(wanted_in(ask.text).form("cn-hangzhou", ask.language), ask.language, ask.origin.channel)
    return form_note("expired", ask.language) if services.modals.show(ask.origin, view) is None else None


def submitted(services: Services, ask: Ask) -> Message | None:
    """The form sent off; a view waits in its place under an external id, and the ask's text is the form."""

    def make() -> tuple[Message, View]:
        outcome = outcome_of(services, ask, wanted_in(ask.text))
        said = _message(services, ask, outcome, changeable=False)
        if isinstance(outcome, Fault) and outcome.form and outcome.reason in MENDABLE:
            above = fault_words(outcome, ask.language)
            return said, form_view(outcome.form, ask.language, ask.origin.channel, above)
        return said, answer_view(said, ask.language)

    return services.in_waiting_modal(ask, make)


def _message(services: Services, ask: Ask, outcome: TicketOutcome, *, changeable: bool = True) -> Message:
    now, asks = services.clock(), services.settings.requestlog_admin_channel is not None
    return ticket_message(outcome, ask.language, now=now, reference=ask.reference, changeable=changeable, handoff=asks)


def outcome_of(services: Services, ask: Ask, wanted: Wanted) -> TicketOutcome:
    """A ticket as the asker, or why there is none."""
    outcome = _wanted(services, ask, wanted)
    services.record(ask, _attempt(outcome))
    if isinstance(outcome, Opened):
        with suppress(StoreUnavailableError):  # the answer matters more
            services.choices.change(ask.person, ticket_form=wanted.as_stored())
    return outcome


def _attempt(outcome: TicketOutcome) -> Entry:
    """What the audit keeps: for whom a ticket was wanted, and what came of it; never the ticket."""
    asked = outcome.form and {"hub": outcome.form.hub, "member": outcome.form.role_for, "data": outcome.form.log_user_id}
    known = {name: value for name, value in (asked or {}).items() if value}
    match outcome:
        case Opened():
            return Entry("ticket", identity=outcome.name, account=outcome.account, result="opened", detail=known)
        case Denied():
            return Entry("ticket", result="denied", detail=known)
        case NoPage() | Fault():
            return Entry("ticket", result=outcome.reason, detail=known)


def _wanted(services: Services, ask: Ask, wanted: Wanted) -> TicketOutcome:
    access = services.directory.access(ask.person, ask.origin.channel)
    direct = [each for each in access.identities if each.sight is None]
    if not direct:
        named = {"team": ask.person.team or ask.person.enterprise or "–", "user": ask.person.user}
        return Fault(access.barrier if access.barrier in ("unlinked", "channel") else "no_key", values=named)
    # The logs behind a ticket are everybody's: an identity narrowed to its own calls gets none, nor is a role asked for one.
    return _fetched(services, tuple(each for each in direct if not each.own_only), wanted, ask.language)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One identity that asks for a ticket: with what it signs, until when, and in which language it is told."""

    identity: Identity
    credential: Credential
    deadline: Deadline
    language: Language


def _fetched(services: Services, identities: tuple[Identity, ...], wanted: Wanted, language: Language) -> TicketOutcome:
    """A ticket as the first of the identities that may have one; else what stood in the first one's way."""
    deadline = Deadline.after(services.settings.requestlog_deadline)
    first: TicketOutcome | None = None
    for identity in identities:
        try:
            visit = _Visit(identity, identity.open(deadline), deadline, language)
            outcome = _of_visit(services, visit, wanted)
        except CredentialMissingError:
            outcome = Fault("credential_missing")
        if isinstance(outcome, Opened):
            return outcome
        first = first or outcome
        if isinstance(outcome, Fault) and outcome.reason not in _OF_THIS_IDENTITY:
            break
    return first or Fault("own_only")


def _of_visit(services: Services, visit: _Visit, wanted: Wanted) -> TicketOutcome:
    caller = _caller(services, visit)
    account = caller.account_id if caller else None
    consoles, own_page = services.consoles, visit.identity.sls_page
    form = wanted.form(_HUBS[consoles.likely_site(account, own_page)], visit.language)
    page = consoles.page_of(account, own_page)
    if page is None:
        return NoPage("none", form)
    try:
        parts = check_page(page, consoles.site_of(account))
    except PageError:
        return NoPage("unusable", form)
    return _open(services, visit, form, parts, caller)


def _caller(services: Services, visit: _Visit) -> CallerIdentity | None:
    """Who the credential is; None when STS does not say: then the ticket's own call tells what is wrong."""
    soon = Deadline.after(min(KNOWING_THE_CALLER_S, visit.deadline.remaining()))
    try:
        return services.client.get_caller_identity(credential=visit.credential, deadline=soon)
    except AliyunError:
        return None


def _open(
    services: Services, visit: _Visit, form: TicketForm, page: SplitResult, caller: CallerIdentity | None
) -> TicketOutcome:
    try:
        answer = services.client.get_log_ticket(
            region_id=form.hub,
            lang=form.language,
            role_for=form.role_for,
            log_user_id=form.log_user_id,
            credential=visit.credential,
            deadline=visit.deadline,
        )
        link = link_with(answer.ticket, page)
    except LinkTooLongError:
        return Fault("too_long", form)
    except DeniedError as error:
        return fault_of(error, form) if is_about_the_member(error, form) else _denied(services, error, visit, form)
    except AliyunError as error:
        return fault_of(error, form)
    who = caller_words(caller, visit.language) if caller else None
    return Opened(form, link, visit.identity.name, who, caller.account_id if caller else None)


def _denied(services: Services, error: DeniedError, visit: _Visit, form: TicketForm) -> Denied:
    """The denial, explained like any other. The action is known even where the answer does not name it."""
    detail, language = error.detail, visit.language
    # Of an implicit denial RAM's record would tell nothing new.
    encoded = detail.encoded_message if detail.no_permission_type != _IMPLICIT else None
    decoded, note = None, None
    if encoded:
        decoded, note = decoded_denial(services.client, encoded, visit.credential, visit.deadline, language)
    refusal = PastedError(
        request_id=error.request_id,
        code=error.code or "NoPermission",
        message=error.message,
        product="cloud-siem",
        api="GetLogTicket",
        http_status=str(error.http_status) if error.http_status else None,
        access_denied_detail=detail.model_dump(by_alias=True, exclude_none=True) | {"authAction": detail.action or ACTION},
    )
    evidence = Evidence(services.catalog, decoded=decoded, decode_note=note)
    said = explain(refusal, evidence, language=language, now=services.clock())
    # It was no pasted text, and its name is the page's own.
    sources = tuple(source for source in said.sources if source.kind != "text")
    known = replace(said, product_name=TEXTS("product", language), sources=sources)
    return Denied(_with_our_words(known, language), form)


def caller_words(caller: CallerIdentity, language: Language) -> str:
    """Who a credential is, in words: by the last part of its ARN, ``user/alice`` or ``assumed-role/reader/session``."""
    parts = (caller.arn or "").rsplit(":", 1)[-1].split("/")
    return principal_words(caller.identity_type, ":".join(parts[1:]) or caller.user_id, caller.account_id, language)


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


def _with_our_words(said: Explanation, language: Language) -> Explanation:
    """What is known of this one action besides."""
    denial = said.denial
    if denial is None or denial.policy_draft is None:
        return said
    note = TEXTS("denied.resource", language, account=denial.account_id or "–")
    return replace(said, next_steps=(*said.next_steps, note), denial=replace(denial, draft_note=note, decode_note=None))


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


HANDLERS: Final[dict[Name, Handler]] = {
    Name.TICKET: typed,
    Name.TICKET_CHANGE: change,
    Name.TICKET_SUBMITTED: submitted,
}
