"""Temporary credentials kept while they live; and the sessions of the accounts' roles, one a person.

Each is renewed by one flight, shared by all who wait: five minutes, or a third of its life, before it ends. None is given
that has ended, and no failure is kept.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from bot.aliyun.cache import SharedCache
from bot.aliyun.caller import utc_now
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential, Session
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, DeniedError
from bot.identity.identities import Account
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError, open_reference

MOST: Final = 4096
RENEWED_BEFORE_END: Final = timedelta(minutes=5)
WITHOUT_SOURCE_S: Final = 3600.0
ACTIONS: Final = (
    "openapiexplorer:GetRequestLog",
    "openapiexplorer:GetErrorCodeSolutions",
    "ram:DecodeDiagnosticMessage",
    "actiontrail:LookupEvents",
)
"""What a session may do at most, whatever else the role may."""
POLICY: Final = json.dumps(
    {"Version": "1", "Statement": [{"Effect": "Allow", "Action": list(ACTIONS), "Resource": "*"}]}, separators=(",", ":")
)
#: Words of errors by what they mean where a role is entered; the others mean what they mean elsewhere.
_WORDS: Final = {
    "denied": "role_refused",
    "no_role": "role_missing",
    "request": "role_parameter",
    "credential": "base_credential",
    "token_expired": "base_credential",
}
_KNOWN_WORDS: Final = frozenset({*_WORDS.values(), "clock", "throttled", "deadline", "unreachable", "strange"})


class Opener(Protocol):
    """A way to a credential, gone anew at each use. Raises CredentialMissingError."""

    def __call__(self, deadline: Deadline, past: Credential | None = None, /) -> Credential:
        """The credential; ``past`` is one of it that Alibaba Cloud does not take any more."""


class Sessions:
    """Temporary credentials by key. ``clock`` gives aware times. Thread-safe."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._fresh = self._cache(lambda left: left - min(RENEWED_BEFORE_END, left / 3))
        self._alive = self._cache(lambda left: left)

    def _cache(self, used: Callable[[timedelta], timedelta]) -> SharedCache[Session]:
        def seconds(session: Session) -> float:
            return used(session.expires_at - self._clock()).total_seconds()

        return SharedCache(MOST, seconds, lambda: self._clock().timestamp(), weigh=lambda _session: 1)

    def get(
        self, key: Hashable, fetch: Callable[[], Session], deadline: Deadline, past: Credential | None = None
    ) -> Credential:
        """The credential of a key, fetched when there is none or when it ends soon; while that fails, the one that still lives.

        ``past`` is one that Alibaba Cloud does not take any more: it is dropped where it is still kept.

        Raises what ``fetch`` raises, CredentialMissingError for one that comes expired, and TimeoutError when somebody
        else's flight takes longer than the deadline.
        """

        def renewed() -> Session:
            try:
                session = fetch()
            except (AliyunError, CredentialMissingError) as error:
                return self._alive.get(key, partial(_raise, error), 0)
            if session.expires_at <= self._clock():
                message = "A temporary credential came that has expired already."
                raise CredentialMissingError(message)
            self._alive.forget(key)
            return self._alive.get(key, lambda: session, 0)

        if past is not None:
            for kept in (self._fresh, self._alive):
                kept.forget(key, lambda session: session.credential == past)
        return self._fresh.get(key, renewed, deadline.remaining()).credential


def _raise(error: Exception) -> Session:
    raise error


class SessionError(CredentialMissingError):
    """An account's role cannot be entered; ``word`` says why and ``error`` what STS said, if it said anything."""

    def __init__(self, word: str, error: AliyunError | None = None) -> None:
        super().__init__(f"The role of the account cannot be entered ({error or word}).")
        self.word = word
        self.error = error


class RoleSessions:
    """Sessions of the accounts' roles, each in the name of one person, so that ActionTrail names who looked."""

    def __init__(
        self,
        client: Client,
        own: Opener,
        environment: Mapping[str, str],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``own`` gives the bot's own credential, for accounts that name none."""
        self._client = client
        self._own = own
        self._environment = environment
        self._sessions = Sessions(clock)
        # Of roles with source_identity "prefer": that they were entered without it, asked anew after an hour.
        self._without_source = SharedCache[bool](MOST, lambda _value: WITHOUT_SOURCE_S, lambda: clock().timestamp())

    def open(self, account: Account, person: Person, deadline: Deadline, past: Credential | None = None) -> Credential:
        """The credential of the person's session in an account; another than ``past``. Raises SessionError."""
        try:
            return self._sessions.get((account, person), lambda: self._enter(account, person, deadline), deadline, past)
        except TimeoutError:
            raise SessionError("deadline") from None
        except SessionError:
            raise
        except CredentialMissingError:  # STS gave one that has ended by this machine's clock
            raise SessionError("clock") from None

    def entered_without_source(self, account: Account) -> bool:
        """Whether the role was entered without the SourceIdentity that it was to have."""
        return self._without_source.get(account, lambda: False, 0)

    def _enter(self, account: Account, person: Person, deadline: Deadline) -> Session:
        def base(past: Credential | None = None) -> Credential:
            try:
                known = account.credential
                return open_reference(known, self._environment) if known else self._own(deadline, past)
            except CredentialMissingError:
                raise SessionError("base_credential") from None

        name = session_name(person)
        assume = partial(
            self._client.assume_role,
            account.role_arn,
            name,
            duration_s=account.duration_s,
            policy=POLICY,
            external_id=account.external_id,
            credential=base(),
            deadline=deadline,
            refresh=base,
        )
        try:
            if account.source_identity == "off" or self.entered_without_source(account):
                return assume()
            try:
                return assume(source_identity=name)
            except DeniedError:
                if account.source_identity == "require":
                    raise
                session = assume()
                self._without_source.forget(account)
                self._without_source.get(account, lambda: True, 0)
                return session
        except AliyunError as error:
            word = "role_refused" if (error.code or "").startswith("AuthenticationFail") else _WORDS.get(error.word, error.word)
            raise SessionError(word if word in _KNOWN_WORDS else "server", error) from None


def session_name(person: Person) -> str:
    """How a role session names a person, and what its SourceIdentity is: ``slack-<workspace or organisation>-<user>``."""
    return f"slack-{person.team or person.enterprise}-{person.user}"
