"""When a call waits for its turn, and when a failed one is made again.

Plain lines and no retry library: stamina knows neither an absolute deadline to check before it sleeps nor a budget shared
by all calls.

Every operation of this package reads or issues a token, so each may be repeated.
"""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    ClockError,
    ConnectionFailedError,
    CredentialError,
    Failure,
    NonceUsedError,
    SearchInaccurateError,
    ServerError,
    ThrottledError,
    TruncatedAnswerError,
)

MOST_ATTEMPTS: Final = 3
_OK: Final = 200

_TRANSIENT: Final = (ThrottledError, ServerError, ConnectionFailedError, TruncatedAnswerError, SearchInaccurateError)
#: The same call may succeed once it is signed anew: with another time, credential or nonce.
CURABLE: Final = (ClockError, CredentialError, NonceUsedError)


class RetryBudget:
    """Tokens that repeated attempts cost, so that an upstream that is down is not asked many times over. Thread-safe.

    Every call brings a twentieth of a token, every success a whole one, every repetition takes one. With the thirty tokens
    of the start, 1,000 calls to a dead upstream make at most 1,080 attempts.
    """

    def __init__(self, capacity: float = 30.0, per_call: float = 0.05) -> None:
        self._capacity = capacity
        self._per_call = per_call
        self.tokens = capacity
        self._lock = threading.Lock()

    def call(self) -> None:
        """Note that a call begins."""
        self._add(self._per_call)

    def success(self) -> None:
        """Note that a call succeeded."""
        self._add(1.0)

    def spend(self) -> bool:
        """Take a token for a repetition; False when there is none."""
        with self._lock:
            if self.tokens < 1.0:
                return False
            self.tokens -= 1.0
            return True

    def _add(self, tokens: float) -> None:
        with self._lock:
            self.tokens = min(self._capacity, self.tokens + tokens)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait before an attempt is repeated: full jitter over 0.2 s, 0.4 s …, or what the server asks.

    ``uniform(low, high)`` draws the jitter.
    """

    budget: RetryBudget = field(default_factory=RetryBudget)
    base_s: float = 0.2
    longest_s: float = 2.0
    uniform: Callable[[float, float], float] = SystemRandom().uniform

    def pause_after(self, error: AliyunError, attempt: int, deadline: Deadline) -> float | None:
        """Seconds to wait before the next attempt, or None when there is none.

        Args:
            error: how the attempt ended.
            attempt: its number, from 1.
            deadline: a pause that would reach beyond it is not begun.
        """
        # What came and could not be read is not asked for again where nobody may be told, by the time it takes, that it came.
        unread = deadline.body_s is not None and error.http_status == _OK
        if attempt >= MOST_ATTEMPTS or not isinstance(error, _TRANSIENT) or unread:
            return None
        if error.retry_after_s is not None:
            # Everybody who was told the same time would come back at once.
            pause = error.retry_after_s + self.uniform(0.0, self.base_s)
        else:
            pause = self.uniform(0.0, min(self.longest_s, self.base_s * 2 ** (attempt - 1)))
        return pause if pause < deadline.remaining() and self.budget.spend() else None


class Pace:
    """At most ``per_second`` calls a second and key, evenly spaced. Thread-safe."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._spacing = 1.0 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, keys: Collection[str], deadline: Deadline) -> None:
        """Sleep until the next turn that is free for each of the keys, and take it.

        Raises:
            ThrottledError: The turn comes after the deadline, so it is not taken; ``retry_after_s`` says when it would.
        """
        with self._lock:
            now = self._clock()
            # A turn that has passed says nothing any more; kept, they would only pile up.
            self._next = {name: turn for name, turn in self._next.items() if turn > now}
            turn = max(self._next.get(key, now) for key in keys)
            pause = turn - now
            if pause >= deadline.remaining():
                raise ThrottledError(Failure(retry_after_s=pause, reason="own_pace"))
            self._next |= dict.fromkeys(keys, turn + self._spacing)
        if pause > 0:
            self._sleep(pause)
