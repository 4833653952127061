"""The check-up that a person asks for: is there an identity, does it work, and what may it do.

Rights are found out by calls that do no harm: none writes, and none makes a log ticket.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Self, cast

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    ClockError,
    CredentialError,
    DeniedError,
    MessageUnknownError,
    NotFoundError,
    TransportError,
)
from bot.blocks.doctor import Examined, Right, Verdict, doctor_message
from bot.blocks.kit import Message
from bot.handlers.account import of_each
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services
from bot.handlers.ticket import ACTION as TICKET_ACTION
from bot.handlers.ticket import caller_words
from bot.handlers.ticket_words import page_state
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language
from bot.settings import Settings

CHECK_S: Final = 5.0
DEFAULT_REGION: Final = "cn-hangzhou"
WINDOW: Final = timedelta(hours=1)
NO_MESSAGE: Final = "AQEAAAAAcmVxdWVzdGxvZy1kb2N0b3I="
"""No encoded message of anybody: RAM answers that it does not know it, once it has let the caller ask."""

_FAILED: Final[dict[str, Verdict]] = {
    "clock": "clock",
    "not_found": "undecided",
    **dict.fromkeys(("credential", "token_expired"), "credential"),
    **dict.fromkeys(("unreachable", "deadline", "strange"), "unreachable"),
}


def check_up(services: Services, ask: Ask) -> Message:
    """What works for a person and what does not, each of their identities examined."""
    access = services.directory.access(ask.person, ask.origin.channel)
    examination = Examination.of_settings(services.client, services.settings, services.clock)

    def examined(identity: Identity) -> Examined:
        try:
            credential = identity.open(Deadline.after(CHECK_S))
        except CredentialMissingError as missing:
            return Examined(identity.name, trouble=missing.word)
        return Examined(identity.name, examination.of(credential, ask.language, role=identity.sight is not None))

    barrier = None if access.identities else access.barrier or "unlinked"
    return doctor_message(of_each(access.identities, examined), barrier, page_state(services.consoles), ask.language)


@dataclass(frozen=True, slots=True)
class Examination:
    """Examines identities. ``region`` is the one whose ActionTrail is asked; ``clock`` gives aware times.

    ``waits_s`` are the pauses after which a log that was not found is asked for again, for logs may come late.
    """

    client: Client
    region: str
    clock: Callable[[], datetime]
    waits_s: tuple[float, ...] = ()

    @classmethod
    def of_settings(cls, client: Client, settings: Settings, clock: Callable[[], datetime]) -> Self:
        """In the first of the regions whose ActionTrail the installation asks."""
        return cls(client, next(iter(settings.requestlog_trail_regions), DEFAULT_REGION), clock)

    def of(self, credential: Credential, language: Language, *, role: bool = False) -> tuple[Right, ...]:
        """Who the credential is, and its rights; only the first when Alibaba Cloud does not know it.

        Of the session of an account's ``role`` neither the own log nor a log ticket is ever asked for.
        """
        try:
            caller = self.client.get_caller_identity(credential=credential, deadline=Deadline.after(CHECK_S))
        except AliyunError as error:
            return (_failed("GetCallerIdentity", None, error),)
        # The call just made is one whose log this identity may read, so its id tells a right from its absence.
        request_id, now, client = (caller.request_id or "").upper(), self.clock(), self.client
        own_log = partial(client.get_own_request_log, request_id, credential=credential)
        account_log = partial(client.get_request_log, request_id, credential=credential)
        decoding = partial(client.decode_diagnostic_message, NO_MESSAGE, credential=credential)
        trail = partial(
            client.lookup_events, "EventId", request_id, region=self.region, start=now - WINDOW, end=now, credential=credential
        )
        rights = (
            Right("GetCallerIdentity", "known", caller=caller_words(caller, language)),
            # The own log needs no right; a log that has not arrived yet is an answer too.
            _right("GetOwnRequestLog", None, own_log, "own", NotFoundError),
            _right("GetRequestLog", "openapiexplorer:GetRequestLog", partial(self._in_time, account_log)),
            _right("DecodeDiagnosticMessage", "ram:DecodeDiagnosticMessage", decoding, "allowed", MessageUnknownError),
            _right("LookupEvents", "actiontrail:LookupEvents", trail),
            *(() if role else (self.ticket(credential),)),
        )
        return tuple(right for right in rights if not role or right.operation != "GetOwnRequestLog")

    def _in_time(self, ask: Callable[..., Any], deadline: Deadline) -> None:
        for pause_s in self.waits_s:
            try:
                ask(deadline=Deadline.after(CHECK_S))
            except NotFoundError:
                time.sleep(pause_s)
            else:
                return
        ask(deadline=Deadline.after(max(deadline.remaining(), CHECK_S)))

    def ticket(self, credential: Credential) -> Right:
        """The right to a log ticket, as far as it shows without one being made.

        The call goes without a language, which the service refuses. Whether it looks at the right before that is
        documented nowhere: a denial decides, any other refusal decides nothing.
        """
        operation, deadline = "GetLogTicket", Deadline.after(CHECK_S)
        nothing = cast("Language", "")
        try:
            self.client.get_log_ticket(region_id="cn-hangzhou", lang=nothing, credential=credential, deadline=deadline)
        except (DeniedError, CredentialError, ClockError, TransportError) as error:
            return _failed(operation, TICKET_ACTION, error)
        except AliyunError as error:
            return Right(operation, "unchecked", TICKET_ACTION, error.code)
        return Right(operation, "allowed", TICKET_ACTION)


def _right(
    operation: str,
    action: str | None,
    ask: Callable[..., Any],
    verdict: Verdict = "allowed",
    *harmless: type[AliyunError],
) -> Right:
    """The verdict when the call is answered, or refused in one of the harmless ways; else what the refusal tells."""
    try:
        ask(deadline=Deadline.after(CHECK_S))
    except harmless:
        pass
    except AliyunError as error:
        return _failed(operation, action, error)
    return Right(operation, verdict, action)


def _failed(operation: str, action: str | None, error: AliyunError) -> Right:
    if action and isinstance(error, DeniedError):
        return Right(operation, "missing", action, error.code)
    return Right(operation, _FAILED.get(error.word, "refused"), action, error.code or error.reason or type(error).__name__)


HANDLERS: Final[dict[Name, Handler]] = {Name.DOCTOR: check_up}
