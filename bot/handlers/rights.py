"""What an identity may do, found out by calls that do no harm: none writes, and none makes a log ticket."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, cast

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
from bot.blocks.doctor import Right, Verdict
from bot.handlers.ticket_faults import ACTION as TICKET_ACTION
from bot.handlers.ticket_fetch import caller_words
from bot.languages import Language
from bot.settings import Settings

CHECK_S: Final = 5.0
DEFAULT_REGION: Final = "cn-hangzhou"
WINDOW: Final = timedelta(hours=1)
NO_MESSAGE: Final = "AQEAAAAAcmVxdWVzdGxvZy1kb2N0b3I="
"""No encoded message of anybody: RAM answers that it does not know it, once it has let the caller ask."""

_FAILED: Final[dict[str, Verdict]] = {
    "clock": "clock",
    **dict.fromkeys(("credential", "token_expired"), "credential"),
    **dict.fromkeys(("unreachable", "deadline", "strange"), "unreachable"),
}


@dataclass(frozen=True, slots=True)
class Examination:
    """Examines identities. ``region`` is the one whose ActionTrail is asked; ``clock`` gives aware times."""

    client: Client
    region: str
    clock: Callable[[], datetime]

    @classmethod
    def of_settings(cls, client: Client, settings: Settings, clock: Callable[[], datetime]) -> Self:
        """In the first of the regions whose ActionTrail the installation asks."""
        return cls(client, next(iter(settings.requestlog_trail_regions), DEFAULT_REGION), clock)

    def of(self, credential: Credential, language: Language) -> tuple[Right, ...]:
        """Who the credential is, and its rights; only the first when Alibaba Cloud does not know it."""
        try:
            caller = self.client.get_caller_identity(credential=credential, deadline=Deadline.after(CHECK_S))
        except AliyunError as error:
            return (_failed("GetCallerIdentity", None, error),)
        known = Right("GetCallerIdentity", "known", caller=caller_words(caller, language))
        # The call just made is one whose log this identity may read, so its id tells a right from its absence.
        request_id = (caller.request_id or "").upper()
        return (
            known,
            self._own_log(request_id, credential),
            self._account_log(request_id, credential),
            self._decode(credential),
            self._trail(request_id, credential),
            self.ticket(credential),
        )

    def ticket(self, credential: Credential) -> Right:
        """The right to a log ticket, as far as it shows without one being made.

        The call goes without a language, which the service refuses. Whether it looks at the right before that is
        documented nowhere: a denial decides, any other refusal decides nothing.
        """
        operation = "GetLogTicket"
        try:
            self.client.get_log_ticket(
                region_id="cn-hangzhou",
                lang=cast("Language", ""),
                credential=credential,
                deadline=Deadline.after(CHECK_S),
            )
        except DeniedError as error:
            return Right(operation, "missing", TICKET_ACTION, error.code)
        except (CredentialError, ClockError, TransportError) as error:
            return _failed(operation, TICKET_ACTION, error)
        except AliyunError as error:
            return Right(operation, "unchecked", TICKET_ACTION, error.code)
        return Right(operation, "allowed", TICKET_ACTION)

    def _own_log(self, request_id: str, credential: Credential) -> Right:
        """The own log needs no right; a log that has not arrived yet is an answer too."""
        try:
            self.client.get_own_request_log(request_id, credential=credential, deadline=Deadline.after(CHECK_S))
        except NotFoundError:
            pass
        except AliyunError as error:
            return _failed("GetOwnRequestLog", None, error)
        return Right("GetOwnRequestLog", "own")

    def _account_log(self, request_id: str, credential: Credential) -> Right:
        operation, action = "GetRequestLog", "openapiexplorer:GetRequestLog"
        try:
            self.client.get_request_log(request_id, credential=credential, deadline=Deadline.after(CHECK_S))
        except NotFoundError as error:
            return Right(operation, "undecided", action, error.code)
        except AliyunError as error:
            return _failed(operation, action, error)
        return Right(operation, "allowed", action)

    def _decode(self, credential: Credential) -> Right:
        operation, action = "DecodeDiagnosticMessage", "ram:DecodeDiagnosticMessage"
        try:
            self.client.decode_diagnostic_message(NO_MESSAGE, credential=credential, deadline=Deadline.after(CHECK_S))
        except MessageUnknownError:
            pass
        except AliyunError as error:
            return _failed(operation, action, error)
        return Right(operation, "allowed", action)

    def _trail(self, request_id: str, credential: Credential) -> Right:
        operation, action, now = "LookupEvents", "actiontrail:LookupEvents", self.clock()
        try:
            self.client.lookup_events(
                request_id,
                region=self.region,
                start=now - WINDOW,
                end=now,
                credential=credential,
                deadline=Deadline.after(CHECK_S),
            )
        except AliyunError as error:
            return _failed(operation, action, error)
        return Right(operation, "allowed", action)


def _failed(operation: str, action: str | None, error: AliyunError) -> Right:
    if action and isinstance(error, DeniedError):
        return Right(operation, "missing", action, error.code)
    return Right(operation, _FAILED.get(error.word, "refused"), action, error.code or error.reason or type(error).__name__)
