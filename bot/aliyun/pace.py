"""Spaces calls out where the vendor publishes a rate."""

import threading
import time
from collections.abc import Callable

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import Failure, ThrottledError


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

    def wait(self, key: str, deadline: Deadline) -> None:
        """Sleep until the key's next turn, and take it.

        Raises:
            ThrottledError: The turn comes after the deadline, so it is not taken; ``retry_after_s`` says when it would.
        """
        with self._lock:
            now = self._clock()
            # A turn that has passed says nothing any more; kept, they would only pile up.
            self._next = {name: turn for name, turn in self._next.items() if turn > now}
            turn = self._next.get(key, now)
            pause = turn - now
            if pause >= deadline.remaining():
                raise ThrottledError(Failure(retry_after_s=pause, reason="own_pace"))
            self._next[key] = turn + self._spacing
        if pause > 0:
            self._sleep(pause)
