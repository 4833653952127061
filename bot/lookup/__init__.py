"""The use case: a person's access and a RequestId → an Outcome, by the look-up ladder.

own log (GetOwnRequestLog) → account log (GetRequestLog) → the next identity → the accounts that the person sees through a
role, side by side (GetRequestLog alone: a role session's own log shows nothing) → ActionTrail → what the pasted text says.
Each rung is recorded with its result. The ladder never asks twice for what somebody with the same rights just asked.

Of what is seen through a role, a hidden log and an absent one are one and the same from ``logs`` on: same rungs, same words,
same step of time.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from bot.aliyun.cache import SharedCache
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, BadRequestIdError, DeniedError
from bot.explain import addressed
from bot.explain.explanation import Explanation
from bot.identity.directory import Access, Identity, Kind
from bot.identity.ownership import Decision, Principal, of_log
from bot.identity.references import CredentialMissingError
from bot.lookup.background import Asker, Background
from bot.lookup.logs import NOTHING, Answered, Logs
from bot.lookup.plan import Question
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Rung, RungName, RungResult, Unavailable, Unsupported
from bot.traces import TRACES

R = TypeVar("R")

SIDE_BY_SIDE: Final = 8
FIRST_STEP_S: Final = 1.25
#: Words of errors (``aliyun.errors``, ``identity.sessions``) by what they mean for a look-up; each has its sentence.
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


@dataclass(frozen=True, slots=True)
class _Reply:
    """What one rung gave: the log or its explanation, else what stood in the way. ``result`` is what the asker is told."""

    identity: Identity
    rung: RungName
    result: RungResult
    said: Answered = NOTHING
    credential: Credential | None = None
    trouble: Refused | Unavailable | Unsupported | None = None
    explanation: Explanation | None = None

    @property
    def shown(self) -> Rung:
        return Rung(self.rung, self.identity.name, self.result)

    @property
    def step(self) -> Step:
        result = "found" if self.said.decision else self.result
        account = self.identity.sight.account if self.identity.sight else None
        known = (self.identity.kind, account, self.identity.session, self.said.upstream, self.said.decision, self.said.caller)
        return Step(self.rung, self.identity.name, result, *known)


class LookUp:
    """Asks rung by rung. One instance a process: it holds the cache that all look-ups share."""

    def __init__(
        self,
        client: Client,
        background: Background,
        *,
        clock: Callable[[], datetime],
        timer: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._background = background
        self._clock = clock
        self._sleep = sleep
        self._logs = Logs(client, timer)
        self.caches: Mapping[str, SharedCache[Any]] = {"logs": self._logs.kept, "solutions": background.solutions}

    def answer(self, question: Question, access: Access, deadline: Deadline) -> Looked:
        """How the look-up ended; never raises for what upstream does."""
        began = deadline.clock()
        replies: list[_Reply] = []
        with TRACES.span("look up") as note:
            outcome = self._climb(question, access, replies, deadline)
            note("outcome", type(outcome).__name__)
        if any(reply.identity.sight for reply in replies) and not isinstance(outcome, Found):
            self.hold(began, deadline)
        return Looked(outcome, tuple(reply.step for reply in replies))

    def hold(self, began: float, deadline: Deadline, until: float = 0.0) -> None:
        """Wait for the next step of time after ``began``, so that the time an answer took does not tell what was hidden.

        ``until`` is the moment by which the answer might have come.
        """
        elapsed = max(deadline.clock(), until) - began
        self._wait_until(began + FIRST_STEP_S + max(0, math.ceil(elapsed - FIRST_STEP_S)), deadline)

    def _wait_until(self, moment: float, deadline: Deadline) -> None:
        pause = min(moment - deadline.clock(), deadline.remaining())
        if pause > 0:
            self._sleep(pause)

    def _climb(self, question: Question, access: Access, replies: list[_Reply], deadline: Deadline) -> Outcome:
        if not access.identities:
            return _barred(question, access)
        for identity in access.identities:
            if identity.sight is None:
                replies += self._ask_as(identity, question, deadline)
                if ended := self._ended(question, access.own, replies, deadline):
                    return ended
        sighted = [each for each in access.identities if each.sight]
        for more in _side_by_side(partial(self._ask_as, question=question, deadline=deadline), sighted):
            replies += more
        troubles = [reply.trouble for reply in replies if reply.trouble]
        ended = self._ended(question, access.own, replies, deadline) or (
            replace(troubles[-1], rungs=_rungs(replies)) if troubles else None
        )
        if not isinstance(ended, Found):
            self._wait_until(max((reply.said.until for reply in replies), default=0.0), deadline)
        if ended:
            return ended
        replies += self._on_the_trail(question, access, deadline)
        ended = self._ended(question, access.own, replies, deadline)
        if access.doubtful and ended is None:
            return Unavailable(question.request_id, "groups", _rungs(replies))
        text = (Rung("text", "", "found"),) if question.fallback else ()
        return ended or NotFound(question.request_id, (*_rungs(replies), *text), question.hints, question.fallback)

    def _ask_as(self, identity: Identity, question: Question, deadline: Deadline) -> list[_Reply]:
        rungs: tuple[RungName, ...] = ("account",) if identity.sight else ("own",) if identity.own_only else ("own", "account")
        replies: list[_Reply] = []
        try:
            credential = identity.open(deadline)
            for rung in rungs:
                replies.append(self._ask(rung, identity, question, credential, deadline))
                if replies[-1].result not in ("not_found", "not_permitted"):
                    break
        except CredentialMissingError as missing:  # at once, or when a new one was wanted in the middle of a call
            known = missing.word in UNAVAILABLE
            trouble = (Unavailable if known else Refused)(question.request_id, missing.word, (), missing.error)
            replies.append(_Reply(identity, rungs[len(replies)], "unavailable" if known else "refused", trouble=trouble))
        return replies

    def _ask(
        self, rung: RungName, identity: Identity, question: Question, credential: Credential, deadline: Deadline
    ) -> _Reply:
        reply = _Reply(identity, rung, "not_found", credential=credential)
        request_id = question.request_id
        try:
            said = self._logs.ask(rung, identity, question, credential, deadline)
        except TimeoutError:
            return replace(reply, result="unavailable", trouble=Unavailable(request_id, "deadline"))
        except AliyunError as error:
            reply = replace(reply, said=Answered(upstream=error.request_id))
            if isinstance(error, BadRequestIdError):
                return replace(reply, result="refused", trouble=Unsupported(request_id, "unacceptable"))
            if isinstance(error, DeniedError):
                refused = Refused(request_id, "role_denied" if identity.sight else "denied", (), error)
                decides = identity.sight or rung == "own"
                return replace(reply, result="not_permitted", trouble=refused if decides else None)
            if error.word in REFUSED:
                return replace(reply, result="refused", trouble=Refused(request_id, error.word, (), error))
            unavailable = Unavailable(request_id, error.word_among(UNAVAILABLE), (), error)
            return replace(reply, result="unavailable", trouble=unavailable)
        return replace(reply, result="found" if said.answer else "not_found", said=said)

    def _ended(
        self, question: Question, own: frozenset[Principal], replies: Sequence[_Reply], deadline: Deadline
    ) -> Outcome | None:
        """The first that may be shown, explained; or what no further rung would change."""
        for number, reply in enumerate(replies, 1):
            if isinstance(reply.trouble, Unsupported):
                return replace(reply.trouble, rungs=_rungs(replies[:number]))
            explanation = reply.explanation or self._explained(reply, question, own, deadline)
            if explanation is not None:
                upstream = reply.said.answer.request_id if reply.said.answer else None
                return Found(question.request_id, explanation, _rungs(replies[:number]), upstream, reply.identity.right)
        return None

    def _explained(
        self, reply: _Reply, question: Question, own: frozenset[Principal], deadline: Deadline
    ) -> Explanation | None:
        log = reply.said.answer.log if reply.said.answer else None
        if log is None or reply.credential is None:
            return None
        direct = reply.identity.sight is None
        caller = of_log(log) if direct and reply.rung == "own" else None
        if caller is not None and caller.type != "AssumedRoleUser":  # of a role, others may hold sessions
            own |= {caller}
        asker = Asker(reply.credential, reply.identity.sight, own)
        with TRACES.span("explain"):
            explanation = self._background.explain(log, question.language, asker, deadline, self._clock())
        if direct:
            explanation = addressed(explanation, reply.identity.name)
        # An empty log is still the log of what was asked for.
        return explanation if explanation.request_id else replace(explanation, request_id=question.request_id)

    def _on_the_trail(self, question: Question, access: Access, deadline: Deadline) -> list[_Reply]:
        """What ActionTrail remembers. Without a sight it would show anybody's calls: not to who sees their own alone."""
        asked = [each for each in access.identities if not each.own_only]
        if not question.trail:
            return [_Reply(each, "trail", "skipped") for each in asked]

        def ask(identity: Identity) -> _Reply:
            said = self._background.trail(question, identity, access.own, deadline, self._clock())
            answered = Answered(None, None, said.decision, said.caller)
            return _Reply(identity, "trail", said.result, answered, explanation=said.explanation)

        return _side_by_side(ask, asked)


def _barred(question: Question, access: Access) -> Outcome:
    if access.barrier == "groups":
        return Unavailable(question.request_id, "groups")
    if access.barrier in ("channel", "own_channel"):
        return Refused(question.request_id, access.barrier)
    return NotConnected(question.request_id, explanation=question.fallback, person=question.person)


def _rungs(replies: Sequence[_Reply]) -> tuple[Rung, ...]:
    return tuple(reply.shown for reply in replies)


def _side_by_side(ask: Callable[[Identity], R], identities: Sequence[Identity]) -> list[R]:
    """What each identity gets, in their order, some asked at once."""
    if len(identities) <= 1:  # no thread is needed
        return [ask(each) for each in identities]
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(identities)), "account") as pool:
        return list(pool.map(TRACES.carried(ask), identities))
