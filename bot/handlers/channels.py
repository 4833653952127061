"""Whether a channel is shared with another organisation (conversations.info; optional scopes channels:read, groups:read)."""

import threading
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

from bot.delivery import Delivery, NotPostedError, UndeliverableError

LIVES_S: Final = 600.0
MOST: Final = 4096


class Channels:
    """Asks Slack once a channel in ten minutes."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._known: TTLCache[str, bool | None] = TTLCache(MOST, LIVES_S, timer)
        self._lock = threading.Lock()

    def is_shared(self, channel: str | None) -> bool | None:
        """Whether a channel is shared with another organisation; None when Slack does not tell."""
        if channel is None or channel.startswith("D"):  # a conversation with the bot alone
            return False
        with self._lock:
            if channel in self._known:
                return self._known[channel]
        shared = self._ask(channel)
        with self._lock:
            self._known[channel] = shared
        return shared

    def _ask(self, channel: str) -> bool | None:
        try:
            answer = self._delivery.call("conversations.info", channel=channel).get("channel")
        except (NotPostedError, UndeliverableError):
            return None
        told = answer.get("is_ext_shared") if isinstance(answer, dict) else None
        return told if isinstance(told, bool) else None
