"""The use case: a person's identities and a RequestId → an Outcome, by the look-up ladder.

own log (GetOwnRequestLog) → account log (GetRequestLog) → the next identity → ActionTrail → what the pasted text says.
Each rung is recorded with its result. The ladder never asks twice for what somebody with the same credential just asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from bot.aliyun.cache import LOGS_BYTES, SharedCache
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    BadRequestIdError,
    DeniedError,
    Failure,
    NotFoundError,
    StrangeAnswerError,
)
from bot.aliyun.models import RequestLog, RequestLogAnswer
from bot.explain.explanation import Explanation
from bot.identity.directory import Identity
from bot.identity.ownership import Decision
from bot.identity.references import CredentialMissingError
from bot.lookup.background import Background
from bot.lookup.plan import Question
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Rung, RungName, RungResult, Unavailable, Unsupported

Kind = Literal["direct", "login", "broker", "federated"]

FOUND_LIVES_S: Final = 600.0
NOT_FOUND_LIVES_S: Final = 15.0
#: Words of errors (``aliyun.errors``) by what they mean for a look-up; each has its sentence.
REFUSED: Final = frozenset({"clock", "token_expired", "credential", "request"})
UNAVAILABLE: Final = frozenset({"deadline", "throttled", "unreachable", "strange", "server"})


@dataclass(frozen=True, slots=True)
class Step:
    """One question to Alibaba Cloud or its cache, for the audit and for nothing else.

    ``result`` is what Alibaba Cloud said, so that of a hidden log is ``found``; ``decision`` is what the bot made of a log,
    event or message that came back. ``account`` and ``session`` (the role session's name) are None where the credential alone
    decides. ``upstream`` is the RequestId of the bot's own call. ``caller`` is ``type/id@account``, spelt as the log spells it.
    """

    rung: RungName
    identity: str
    result: RungResult
    kind: Kind = "direct"
    account: str | None = None
    session: str | None = None
    upstream: str | None = None
    decision: Decision | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """How a look-up ended, and the steps that it took: the outcome is for the asker, the steps are for the audit alone."""

    outcome: Outcome
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class _Tried:
    """What one look-up has met so far on the ladder."""

    rungs: list[Rung] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    trouble: Refused | Unavailable | None = None

    def note(self, rung: RungName, identity: Identity, result: RungResult, upstream: str | None = None) -> None:
        self.rungs.append(Rung(rung, identity.name, result))
        self.steps.append(Step(rung, identity.name, result, upstream=upstream))


class LookUp:
    """Asks rung by rung. One instance a process: it holds the cache that all look-ups share."""

    def __init__(
        self, client: Client, background: Background, *, clock: Callable[[], datetime], timer: Callable[[], float]
    ) -> None:
        self._client = client
        self._background = background
        self._clock = clock
        # None: not found. The error itself would keep alive what its traceback holds, the whole answer among it.
        self._logs: SharedCache[RequestLogAnswer | None] = SharedCache(
            LOGS_BYTES, lambda value: NOT_FOUND_LIVES_S if value is None else FOUND_LIVES_S, timer
        )

    def answer(self, question: Question, identities: Sequence[Identity], deadline: Deadline) -> Looked:
        """How the look-up ended; never raises for what upstream does."""
        tried = _Tried()
        return Looked(self._climb(question, identities, tried, deadline), tuple(tried.steps))

    def _climb(self, question: Question, identities: Sequence[Identity], tried: _Tried, deadline: Deadline) -> Outcome:
        if not identities:
            return NotConnected(question.request_id, explanation=question.fallback, person=question.person)
        for identity in identities:
            ended = self._ask_as(identity, question, tried, deadline)
            if ended is not None:
                return ended
        return tried.trouble or self._beyond_the_logs(question, identities, tried, deadline)

    def _ask_as(self, identity: Identity, question: Question, tried: _Tried, deadline: Deadline) -> Outcome | None:
        try:
            credential = identity.credential()
        except CredentialMissingError:
            tried.note("own", identity, "refused")
            tried.trouble = Refused(question.request_id, "credential_missing", tuple(tried.rungs))
            return None
        rungs: tuple[RungName, ...] = ("own",) if identity.own_only else ("own", "account")
        for rung in rungs:
            try:
                answer = self._ask(rung, question, credential, deadline)
            except NotFoundError as error:
                tried.note(rung, identity, "not_found", error.request_id)
            except DeniedError as error:
                tried.note(rung, identity, "not_permitted", error.request_id)
                if rung == "own":
                    tried.trouble = Refused(question.request_id, "denied", tuple(tried.rungs), error)
            except BadRequestIdError as error:
                tried.note(rung, identity, "refused", error.request_id)
                return Unsupported(question.request_id, "unacceptable", tuple(tried.rungs))
            except (AliyunError, TimeoutError) as error:
                tried.trouble = _trouble(question.request_id, rung, identity, tried, error)
                return None
            else:
                tried.note(rung, identity, "found", answer.request_id)
                return self._found(answer, question, tried, credential, deadline)
        return None

    def _ask(self, rung: RungName, question: Question, credential: Credential, deadline: Deadline) -> RequestLogAnswer:
        operation = self._client.get_own_request_log if rung == "own" else self._client.get_request_log
        key = (rung, credential.access_key_id, question.request_id)
        if question.fresh:
            self._logs.forget(key)

        def ask() -> RequestLogAnswer | None:
            try:
                answer = operation(question.request_id, credential=credential, deadline=deadline)
            except NotFoundError:
                return None
            if answer.log is None:
                raise StrangeAnswerError(Failure(reason="no_log", request_id=answer.request_id))
            return answer

        value = self._logs.get(key, ask, deadline.remaining())
        if value is None:
            raise NotFoundError(Failure())
        return value

    def _found(
        self, answer: RequestLogAnswer, question: Question, tried: _Tried, credential: Credential, deadline: Deadline
    ) -> Found:
        log = answer.log
        if log is None:
            message = "the ladder lets no answer without a log through"
            raise AssertionError(message)
        explanation = self._explain(log, question, credential, deadline)
        if explanation.request_id is None:  # an empty log is still the log of what was asked for
            explanation = replace(explanation, request_id=question.request_id)
        return Found(question.request_id, explanation, tuple(tried.rungs), answer.request_id)

    def _explain(self, log: RequestLog, question: Question, credential: Credential, deadline: Deadline) -> Explanation:
        return self._background.explain(log, question.language, credential, deadline, self._clock())

    def _beyond_the_logs(
        self, question: Question, identities: Sequence[Identity], tried: _Tried, deadline: Deadline
    ) -> Outcome:
        for identity in identities:
            if identity.own_only:
                continue
            if not question.trail:
                tried.note("trail", identity, "skipped")
                continue
            explanation, result = self._background.trail(question, identity, deadline, self._clock())
            tried.note("trail", identity, result)
            if explanation is not None:
                return Found(question.request_id, explanation, tuple(tried.rungs))
        if question.fallback is not None:
            tried.rungs.append(Rung("text", "", "found"))
        return NotFound(question.request_id, tuple(tried.rungs), question.hints, question.fallback)


def _trouble(
    request_id: str, rung: RungName, identity: Identity, tried: _Tried, error: AliyunError | TimeoutError
) -> Refused | Unavailable:
    if isinstance(error, TimeoutError):
        tried.note(rung, identity, "unavailable")
        return Unavailable(request_id, "deadline", tuple(tried.rungs))
    if error.word in REFUSED:
        tried.note(rung, identity, "refused", error.request_id)
        return Refused(request_id, error.word, tuple(tried.rungs), error)
    tried.note(rung, identity, "unavailable", error.request_id)
    return Unavailable(request_id, error.word_among(UNAVAILABLE), tuple(tried.rungs), error)
