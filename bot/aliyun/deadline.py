"""The moment by which a piece of work has ended, however many steps, attempts and waits it takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from bot.aliyun.errors import DeadlineError, Failure


@dataclass(frozen=True, slots=True)
class Deadline:
    """An absolute moment ``at`` of a monotonic ``clock``, in seconds.

    With ``body_s`` an answer whose body is not there so soon after its head is not waited for any longer; ``heads`` are the
    moments at which heads came.
    """

    at: float
    clock: Callable[[], float] = time.monotonic
    body_s: float | None = None
    heads: list[float] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> "Deadline":
        """The moment ``seconds`` from now."""
        return cls(clock() + seconds, clock)

    def remaining(self) -> float:
        """Seconds left; 0 when it has passed."""
        return max(0.0, self.at - self.clock())

    def left_for(self, step: str) -> float:
        """Seconds that a step may take. Raises DeadlineError, whose reason is the step, when there are none."""
        left = self.remaining()
        if left <= 0:
            raise DeadlineError(Failure(reason=step))
        return left

    def of_body(self) -> Self:
        """The same once the head of an answer is there."""
        if self.body_s is None:
            return self
        self.heads.append(self.clock())
        return replace(self, at=min(self.at, self.heads[-1] + self.body_s))

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.at <= self.clock()
