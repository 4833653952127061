"""One upstream call for any number of equal look-ups at once, and none for a while after.

cachetools' own ``condition=`` keeps a stampede of equal calls to one while they succeed, but an error wakes the waiters one
by one and each asks again: twenty people behind a hanging upstream would wait twenty deadlines. So the flight in progress is
a Future that all of them share, its error included, and TLRUCache holds what landed.
"""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from cachetools import TLRUCache

Value = TypeVar("Value")


class SharedCache(Generic[Value]):
    """A cache whose entries live for ``lifetime(value)`` seconds and whose misses are computed once, for all who wait.

    The key must hold the viewer's principal whenever the value depends on the viewer's rights. Errors are shared by those
    who wait for the same flight and never kept. ``timer`` counts in seconds.
    """

    def __init__(self, size: int, lifetime: Callable[[Value], float], timer: Callable[[], float]) -> None:
        self._entries: TLRUCache[Hashable, Value] = TLRUCache(size, lambda _key, value, now: now + lifetime(value), timer)
        self._flights: dict[Hashable, Future[Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Value], timeout: float) -> Value:
        """The value of the key, computed by the first who asks.

        Raises what ``compute`` raised, and TimeoutError after ``timeout`` seconds of waiting for somebody else's flight.
        """
        with self._lock:
            if key in self._entries:
                return self._entries[key]
            flight = self._flights.get(key)
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

    def forget(self, key: Hashable) -> None:
        """Drop the entry of a key, for a person who asks to see it fresh."""
        with self._lock:
            self._entries.pop(key, None)

    def _land(self, key: Hashable, settle: Callable[[], None], *values: Value) -> None:
        with self._lock:
            for value in values:
                self._entries[key] = value
            del self._flights[key]
        settle()
