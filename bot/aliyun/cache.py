"""One upstream call for any number of equal look-ups at once, and none for a while after.

cachetools' own ``condition=`` keeps a stampede of equal calls to one while they succeed, but an error wakes the waiters one
by one and each asks again: twenty people behind a hanging upstream would wait twenty deadlines. So the flight in progress is
a Future that all of them share, its error included, and TLRUCache holds what landed.
"""

import sys
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Final, Generic, TypeVar

from cachetools import TLRUCache

Value = TypeVar("Value")

MIB: Final = 1024 * 1024
SOLUTIONS_BYTES: Final = 8 * MIB
LOGS_BYTES: Final = 48 * MIB
"""With the two caches of solutions, what all caches of a process hold at most: 64 MiB."""


class SharedCache(Generic[Value]):
    """A cache whose entries live for ``lifetime(value)`` seconds and whose misses are computed once, for all who wait.

    All values together weigh at most ``most_bytes``, by ``weigh``, else by their memory; one that is heavier alone is not
    kept. The key must hold the viewer's principal whenever the value depends on the viewer's rights. Errors are shared by
    those who wait for the same flight and never kept. ``timer`` counts in seconds.
    """

    def __init__(
        self,
        most_bytes: int,
        lifetime: Callable[[Value], float],
        timer: Callable[[], float],
        weigh: Callable[[Value], int] | None = None,
    ) -> None:
        self._entries: TLRUCache[Hashable, Value] = TLRUCache(
            most_bytes, lambda _key, value, now: now + lifetime(value), timer, getsizeof=weigh or weight
        )
        self._flights: dict[Hashable, Future[Value]] = {}
        self._lock = threading.Lock()
        self.asked = {"hit": 0, "shared": 0, "miss": 0}

    @property
    def bytes(self) -> float:
        """What all values weigh together."""
        return float(self._entries.currsize)

    def get(self, key: Hashable, compute: Callable[[], Value], timeout: float) -> Value:
        """The value of the key, computed by the first who asks.

        Raises what ``compute`` raised, and TimeoutError after ``timeout`` seconds of waiting for somebody else's flight.
        """
        with self._lock:
            if key in self._entries:
                self.asked["hit"] += 1
                return self._entries[key]
            flight = self._flights.get(key)
            self.asked["shared" if flight else "miss"] += 1
            if flight is None:
                mine = self._flights[key] = Future()
        if flight is not None:
            return flight.result(timeout)
        try:
            value = compute()
        except BaseException as error:
            self._land(key, partial(mine.set_exception, error))
            raise
        self._land(key, partial(mine.set_result, value), value)
        return value

    def forget(self, key: Hashable, stale: Callable[[Value], bool] = lambda _value: True) -> None:
        """Drop the entry of a key, for a person who asks to see it fresh; another than a ``stale`` one stays."""
        with self._lock:
            if key in self._entries and stale(self._entries[key]):
                del self._entries[key]

    def _land(self, key: Hashable, settle: Callable[[], None], *values: Value) -> None:
        with self._lock:
            for value in values:
                with suppress(ValueError):  # heavier than the whole cache
                    self._entries[key] = value
            del self._flights[key]
        settle()


def weight(value: object) -> int:
    """About how many bytes of memory a value holds, with all that hangs on it."""
    total, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        total += sys.getsizeof(each)
        if isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list | tuple):
            waiting += each
        elif hasattr(each, "__dict__"):
            waiting.append(vars(each))
    return total
