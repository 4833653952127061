"""A log ticket fetched as the person who asks, or why there is none. The ticket never leaves but inside its link."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeniedError
from bot.aliyun.sts import CallerIdentity
from bot.blocks.logticket import Denied, Fault, Hub, NoPage, Opened, TicketForm, TicketOutcome
from bot.explain.wording import principal_words
from bot.handlers.services import Services
from bot.handlers.ticket_faults import denial_of, fault_of, is_about_the_member
from bot.handlers.ticket_page import LinkTooLongError, PageError, check_page, link_with
from bot.handlers.ticket_words import Wanted
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.lookup.background import decoded_denial

KNOWING_THE_CALLER_S: Final = 3.0

_HUBS: Final[dict[str, Hub]] = {"china": "cn-hangzhou", "international": "ap-southeast-1"}
_IMPLICIT: Final = "ImplicitDeny"
# Behind these another of the person's identities may still have the right.
_OF_THIS_IDENTITY: Final = frozenset({"credential_missing", "credential", "token_expired"})


@dataclass(frozen=True, slots=True)
class _Visit:
    """One identity that asks for a ticket: with what it signs, until when, and in which language it is told."""

    identity: Identity
    credential: Credential
    deadline: Deadline
    language: Language


def fetch(services: Services, identities: tuple[Identity, ...], wanted: Wanted, language: Language) -> TicketOutcome:
    """A ticket as the first of the identities that may have one; else what stood in the first one's way."""
    deadline = Deadline.after(services.settings.requestlog_deadline)
    first: TicketOutcome | None = None
    for identity in identities:
        try:
            visit = _Visit(identity, identity.credential(), deadline, language)
            outcome = _outcome(services, visit, wanted)
        except CredentialMissingError:
            outcome = Fault("credential_missing")
        if isinstance(outcome, Opened):
            return outcome
        first = first or outcome
        if isinstance(outcome, Fault) and outcome.reason not in _OF_THIS_IDENTITY:
            break
    return first or Fault("own_only")


def _outcome(services: Services, visit: _Visit, wanted: Wanted) -> TicketOutcome:
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
    encoded = error.detail.encoded_message
    # Of an implicit denial RAM's record would tell nothing new.
    wanted = encoded if error.detail.no_permission_type != _IMPLICIT else None
    decoded, note = (
        decoded_denial(services.client, wanted, visit.credential, visit.deadline, visit.language) if wanted else (None, None)
    )
    said = denial_of(
        error,
        decoded=decoded,
        decode_note=note,
        language=visit.language,
        now=services.clock(),
        catalog=services.catalog,
    )
    return Denied(said, form)


def caller_words(caller: CallerIdentity, language: Language) -> str:
    """Who a credential is, in words: by the last part of its ARN, ``user/alice`` or ``assumed-role/reader/session``."""
    parts = (caller.arn or "").rsplit(":", 1)[-1].split("/")
    return principal_words(caller.identity_type, ":".join(parts[1:]) or caller.user_id, caller.account_id, language)
