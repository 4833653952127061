"""One call with all its attempts: sign, send, read; pause and repeat, or sign anew, as ``bot.aliyun.retries`` allows."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4

from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, ClockError, CredentialError
from bot.aliyun.protocol import Call, HttpAnswer, read, request_for
from bot.aliyun.retries import CURABLE, RetryPolicy
from bot.aliyun.signing import Request, sign, unsigned

_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Whatever carries out one HTTP exchange; see ``bot.aliyun.transport.Transport``."""

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """Send a request with its signed headers and read the whole answer."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def new_nonce() -> str:
    """32 hexadecimal digits that were never used before."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Terms:
    """As whom and until when a call is made, and where a new credential comes from when this one is not taken any more.

    Without a credential the call goes unsigned. ``refresh`` takes the one that was refused, and what it raises ends the call;
    one that gives the same again gives none. ``before_attempt`` runs before each attempt.
    """

    credential: Credential | None
    deadline: Deadline
    refresh: Callable[[Credential], Credential] | None = None
    before_attempt: Callable[[], None] | None = None


@dataclass(slots=True)
class Caller:
    """Makes calls. Thread-safe: what changes is the budget, which locks, and one number that is only replaced.

    ``now`` tells aware UTC time, ``nonce`` a fresh text a time; ``repeated`` hears of each attempt made again, and why.
    """

    sender: Sender
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    now: Callable[[], datetime] = utc_now
    nonce: Callable[[], str] = new_nonce
    sleep: Callable[[float], None] = time.sleep
    repeated: Callable[[str, str], None] = lambda _action, _word: None
    _clock_correction: timedelta = timedelta()

    def ask(self, call: Call, origin: str, terms: Terms) -> dict[str, object]:
        """The JSON object that answers ``call`` at ``origin``.

        Raises:
            AliyunError: How the last attempt ended.
        """
        request = request_for(call, origin)
        self.policy.budget.call()
        attempt, cured = 1, False
        while True:
            try:
                answer = self._attempt(call, request, terms)
            except AliyunError as error:
                cure = None if cured or not isinstance(error, CURABLE) else self._cure(error, terms)
                if cure is not None:
                    terms, cured = cure, True
                else:
                    pause = self.policy.pause_after(error, attempt, terms.deadline)
                    if pause is None:
                        raise
                    self.sleep(pause)
                self.repeated(call.action, error.word)
                attempt += 1
            else:
                self.policy.budget.success()
                return answer

    def _attempt(self, call: Call, request: Request, terms: Terms) -> dict[str, object]:
        if terms.before_attempt is not None:
            terms.before_attempt()
        terms.deadline.left_for("start")
        headers = unsigned(request)
        if terms.credential is not None:
            headers = sign(request, terms.credential, self.now() + self._clock_correction, self.nonce())
        began = time.monotonic()
        try:
            answer = self.sender.send(request, headers, terms.deadline)
            value = read(answer, now=self.now(), credential=terms.credential)
        except AliyunError as error:
            self._note(call, began, type(error).__name__, str(error))
            raise
        self._note(call, began, "answered", answer.headers.get("x-acs-request-id"))
        return value

    def _cure(self, error: AliyunError, terms: Terms) -> Terms | None:
        """The terms under which the same call may succeed; None when there are none."""
        if isinstance(error, ClockError):
            if error.skew_s is None:
                return None
            self._clock_correction = timedelta(seconds=error.skew_s)
        if isinstance(error, CredentialError):
            if terms.refresh is None or terms.credential is None:
                return None
            credential = terms.refresh(terms.credential)
            return None if credential == terms.credential else replace(terms, credential=credential)
        return terms

    def _note(self, call: Call, began: float, how: str, what: str | None) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            took_ms = round((time.monotonic() - began) * 1000)
            _log.debug("%s %s: %s in %d ms, %s", call.product, call.action, how, took_ms, what)
