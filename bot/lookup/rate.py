"""How often a person may look something up: a sliding window a person, so that one cannot use up an account's quota."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

WINDOW_S: Final = 60.0


class RateLimit:
    """At most ``most`` look-ups in a minute for each key; ``timer`` counts in seconds."""

    def __init__(self, most: int, timer: Callable[[], float]) -> None:
        self.most = most
        self._timer = timer
        self._lock = threading.Lock()
        self._seen: TTLCache[str, deque[float]] = TTLCache(10_000, WINDOW_S, timer)

    def allows(self, key: str, count: int = 1) -> bool:
        """Whether ``count`` more look-ups fit into the window; when they do they are counted."""
        now = self._timer()
        with self._lock:
            moments = self._seen.get(key) or deque()
            while moments and moments[0] <= now - WINDOW_S:
                moments.popleft()
            if len(moments) + count > self.most:
                return False
            moments.extend([now] * count)
            self._seen[key] = moments
            return True
