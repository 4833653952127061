"""A log ticket fetched as the person who asks, or why there is none. The ticket never leaves but inside its link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    ClockError,
    ConnectionFailedError,
    CredentialError,
    DeadlineError,
    DeniedError,
    ExpiredTokenError,
    RequestError,
    ServerError,
    StrangeAnswerError,
    ThrottledError,
    TicketMismatchError,
)
from bot.blocks.logticket import TEXTS, Denied, Fault, NoPage, Opened, TicketOutcome
from bot.explain import explain_text, redact
from bot.identity.references import CredentialMissingError
from bot.stories.ticket_page import LinkTooLongError, PageError, check_page, link_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from urllib.parse import SplitResult

    from bot.aliyun.client import Client
    from bot.aliyun.credentials import Credential
    from bot.aliyun.models import CallerIdentity, DecodedMessage
    from bot.blocks.logticket import Hub, TicketForm
    from bot.explain.catalog import Catalog
    from bot.explain.explanation import Explanation
    from bot.identity.directory import Identity
    from bot.languages import Language
    from bot.stories.ticket_page import Consoles
    from bot.stories.ticket_words import Wishes

ACTION: Final = "yundun-sas:GetLogTicket"
PRODUCT: Final = "cloud-siem"
KNOWING_THE_CALLER_S: Final = 3.0
LONGEST_MESSAGE: Final = 600

_HUBS: Final[dict[str, Hub]] = {"china": "cn-hangzhou", "international": "ap-southeast-1"}
_FAULTS: Final[tuple[tuple[type[AliyunError], str], ...]] = (
    (TicketMismatchError, "mismatch"),
    (ClockError, "clock"),
    (ExpiredTokenError, "token_expired"),
    (CredentialError, "credential"),
    (DeadlineError, "deadline"),
    (ThrottledError, "throttled"),
    (ConnectionFailedError, "unreachable"),
    (StrangeAnswerError, "strange"),
    (ServerError, "server"),
)
# No source lists the codes of these refusals: they are known by the parameter or the state that their code names.
_NAMED_IN_CODE: Final = (
    ("notactivat", "not_activated"),
    ("notopen", "not_activated"),
    ("notenabled", "not_activated"),
    ("notpurchased", "not_activated"),
    ("notbuy", "not_activated"),
    ("unopened", "not_activated"),
    ("rolefor", "member"),
    ("member", "member"),
    ("loguserid", "data"),
    ("regionid", "hub"),
)


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """Fetches tickets. ``clock`` gives aware times; ``deadline_s`` bounds all the calls for one ticket."""

    client: Client
    consoles: Consoles
    catalog: Catalog
    clock: Callable[[], datetime]
    deadline_s: float

    def fetch(self, identities: tuple[Identity, ...], wishes: Wishes, language: Language) -> TicketOutcome:
        """A ticket as the first of the identities that has the right; else what stood in the first one's way."""
        deadline = Deadline.after(self.deadline_s)
        first: TicketOutcome | None = None
        for identity in identities:
            outcome = self._as(identity, wishes, language, deadline)
            if not isinstance(outcome, Denied):
                return first if first and isinstance(outcome, Fault) else outcome
            first = first or outcome
        return first or Fault("unlinked")

    def _as(self, identity: Identity, wishes: Wishes, language: Language, deadline: Deadline) -> TicketOutcome:
        try:
            credential = identity.credential()
        except CredentialMissingError:
            return Fault("credential_missing")
        caller = self._caller(credential, deadline)
        account = caller.account_id if caller else None
        form = wishes.form(_HUBS[self.consoles.likely_site(account, identity.sls_page)], language)
        page = self.consoles.page_of(account, identity.sls_page)
        if page is None:
            return NoPage("none", form)
        try:
            parts = check_page(page, self.consoles.site_of(account))
        except PageError:
            return NoPage("unusable", form)
        opened = partial(Opened, form, name=identity.name, caller=(caller.arn if caller else None), account=account)
        return self._open(opened, form, parts, credential, deadline, language)

    def _caller(self, credential: Credential, deadline: Deadline) -> CallerIdentity | None:
        """Who the credential is; None when STS does not say: then the ticket's own call tells what is wrong."""
        soon = Deadline.after(min(KNOWING_THE_CALLER_S, deadline.remaining()))
        try:
            return self.client.get_caller_identity(credential=credential, deadline=soon)
        except AliyunError:
            return None

    def _open(
        self,
        opened: Callable[..., Opened],
        form: TicketForm,
        page: SplitResult,
        credential: Credential,
        deadline: Deadline,
        language: Language,
    ) -> TicketOutcome:
        try:
            answer = self.client.get_log_ticket(
                region_id=form.hub,
                lang=form.language,
                role_for=form.role_for,
                log_user_id=form.log_user_id,
                credential=credential,
                deadline=deadline,
            )
            return opened(link=link_with(answer.ticket, page))
        except LinkTooLongError:
            return Fault("too_long", form)
        except DeniedError as error:
            if _names_member(error, form):
                return fault_of(error, form)
            return Denied(self._denial(error, credential, deadline, language), form)
        except AliyunError as error:
            return fault_of(error, form)

    def _denial(self, error: DeniedError, credential: Credential, deadline: Deadline, language: Language) -> Explanation:
        detail = error.detail
        decoded = self._decoded(detail.encoded_message, credential, deadline)
        said = explain_text(
            request_ids=(error.request_id,) if error.request_id else (),
            error_codes=(error.code or "NoPermission",),
            products=(PRODUCT,),
            access_denied_detail=detail.model_dump(by_alias=True) | {"authAction": detail.action or ACTION},
            error_message=error.message,
            language=language,
            now=self.clock(),
            catalog=self.catalog,
            decoded=decoded,
        )
        if said is None:
            message = "a denial with an action is always explained"
            raise AssertionError(message)
        return _with_note(said, language)

    def _decoded(self, encoded: str | None, credential: Credential, deadline: Deadline) -> DecodedMessage | None:
        if not encoded:
            return None
        try:
            return self.client.decode_diagnostic_message(encoded, credential=credential, deadline=deadline)
        except AliyunError:
            return None


def fault_of(error: AliyunError, form: TicketForm) -> Fault:
    """The sentence for a failed call, with what it names."""
    values = {"member": form.role_for or "–", "data": form.log_user_id or "–", "hub": form.hub, "code": error.code or "–"}
    known = next((reason for kind, reason in _FAULTS if isinstance(error, kind)), None)
    reason = known or _reason_in(error, form)
    said = redact(error.message)[:LONGEST_MESSAGE] if error.message and reason in ("code", "request") else None
    return Fault(reason, form, values, said, error.request_id)


def _reason_in(error: AliyunError, form: TicketForm) -> str:
    code = (error.code or "").lower().replace(".", "")
    for mark, reason in _NAMED_IN_CODE:
        if mark in code:
            return reason
    if _names_member(error, form):
        return "member"
    if isinstance(error, RequestError):
        return "request"
    return "code" if error.code else "no_code"


def _names_member(error: AliyunError, form: TicketForm) -> bool:
    """Whether a refusal is about the member and not about a right: it says so, or it comes without a denied action."""
    if form.role_for is None or error.detail.action:
        return False
    said = f"{error.code or ''} {error.message or ''}".lower()
    return any(word in said for word in ("rolefor", "member", "managed", "delegated"))


def _with_note(said: Explanation, language: Language) -> Explanation:
    """The action takes all resources, so the engine's remark that a narrower one should be found would mislead."""
    denial = said.denial
    if denial is None or denial.policy_draft is None:
        return said
    note = TEXTS("denied.resource", language, account=denial.account_id or "–")
    return replace(said, denial=replace(denial, draft_note=note))
