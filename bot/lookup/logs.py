"""One rung of the ladder: a log asked for as one identity, judged where the bot decides, and kept for who sees the same.

A log that its viewer may not be shown is kept as one that was not found, for as long as such a one, and under a key that
nobody else has: a shared entry would tell by its content, by its speed, by its lifetime, or by joining its flight.

Nor may the time tell that takes to read it: where only a person's own calls are shown, the body of an answer is waited for as
long after its head as everybody waits who is told that there is none.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.aliyun.cache import LOGS_BYTES, SharedCache, weight
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, Failure, NotFoundError, StrangeAnswerError, TransportError
from bot.aliyun.models import RequestLog, RequestLogAnswer
from bot.identity.directory import Identity
from bot.identity.ownership import Decision, Sight
from bot.lookup.plan import Question
from bot.outcomes import RungName

FOUND_LIVES_S: Final = 600.0
NOT_FOUND_LIVES_S: Final = 15.0
BODY_S: Final = 1.0
_NO_LOG_BYTES: Final = 512
_OK: Final = 200


@dataclass(frozen=True)
class Answered:
    """What Alibaba Cloud said: ``answer`` is None for no log, and for one that is hidden.

    ``until`` is the moment before which nothing else is done where there is none to be shown; the rest is for the audit alone.

    The error itself is not kept: it would keep alive what its traceback holds, the whole answer among it.
    """

    answer: RequestLogAnswer | None = None
    upstream: str | None = None
    decision: Decision | None = None
    caller: str | None = None
    until: float = 0.0


NOTHING: Final = Answered()


def cache_key(rung: RungName, identity: Identity, credential: Credential, request_id: str) -> Hashable:
    """Under what an answer is kept: the credential where it decides what is seen, else the viewer and their sight."""
    if identity.sight is None:
        return (rung, credential.access_key_id, request_id)
    return (rung, identity.viewer, identity.sight, request_id)


class Logs:
    """The logs, asked for at most once by all who see the same. One instance a process; ``timer`` counts in seconds."""

    def __init__(self, client: Client, timer: Callable[[], float]) -> None:
        self._client = client
        self.kept: SharedCache[Answered] = SharedCache(
            LOGS_BYTES,
            lambda kept: NOT_FOUND_LIVES_S if kept.answer is None else FOUND_LIVES_S,
            timer,
            # What is hidden weighs as much as what is not there: the sum is shown to operators.
            lambda kept: _NO_LOG_BYTES if kept.answer is None else weight(kept),
        )

    def ask(
        self, rung: RungName, identity: Identity, question: Question, credential: Credential, deadline: Deadline
    ) -> Answered:
        """The log of the question's RequestId as this identity may see it. Raises AliyunError and TimeoutError."""
        key = cache_key(rung, identity, credential, question.request_id)
        if question.fresh:
            self.kept.forget(key)
        operation = self._client.get_own_request_log if rung == "own" else self._client.get_request_log
        until, renew = judged_in_time(identity.sight, deadline), partial(identity.open, deadline)
        ask = partial(operation, question.request_id, credential=credential, deadline=until, refresh=renew)

        def judged() -> Answered:
            said = _judged(ask, identity.sight)
            return said if said.answer else replace(said, until=end_of_waiting(until))

        return self.kept.get(key, judged, deadline.remaining())


def judged_in_time(sight: Sight | None, deadline: Deadline) -> Deadline:
    """The deadline of a call whose answer a sight judges."""
    return deadline if sight is None or sight.own is None else replace(deadline, body_s=BODY_S)


def end_of_waiting(deadline: Deadline) -> float:
    """Until when the body of the last answer may take that came before such a deadline."""
    return deadline.heads[-1] + BODY_S if deadline.heads else 0.0


def is_unreadable(error: AliyunError, sight: Sight | None) -> bool:
    """Whether an answer is there and cannot be read, where only a person's own calls are shown.

    It is somebody's and nobody tells whose, so it is not shown to be there.
    """
    return sight is not None and sight.own is not None and isinstance(error, TransportError) and error.http_status == _OK


def _judged(ask: Callable[[], RequestLogAnswer], sight: Sight | None) -> Answered:
    try:
        answer = _with_log(ask())
    except NotFoundError as error:
        return Answered(None, error.request_id)
    except TransportError as error:
        if not is_unreadable(error, sight):
            raise
        return Answered(None, error.request_id, "owner_unreadable")
    if sight is None:
        return Answered(answer, answer.request_id)
    log = answer.log or RequestLog()
    decision, who = sight.of_log(log), log.caller
    caller = caller_words(who.caller_type, who.caller_account_id, who.master_account_id)
    return Answered(answer if decision == "shown" else None, answer.request_id, decision, caller)


def _with_log(answer: RequestLogAnswer) -> RequestLogAnswer:
    if answer.log is None:
        raise StrangeAnswerError(Failure(reason="no_log", request_id=answer.request_id, http_status=_OK))
    return answer


def caller_words(kind: str | None, number: str | None, account: str | None) -> str:
    """A caller as the audit writes it: ``type/id@account``, with a dash for what is not said."""
    return f"{kind or '-'}/{number or '-'}@{account or '-'}"
