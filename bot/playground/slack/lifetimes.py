"""What Slack hands out for a while: triggers (3 s, single use) and response URLs (30 min, five posts)."""

import itertools
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

TRIGGER_SECONDS: Final = 3.0
RESPONSE_SECONDS: Final = 30 * 60.0
RESPONSE_POSTS: Final = 5


@dataclass(slots=True)
class Trigger:
    """Permission to open one modal for one person."""

    id: str
    user: str
    issued_at: float
    used: bool = False
    opened_from: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    """Permission to answer where an interaction happened.

    ``ts`` is the message that was clicked, if one was; ``typed`` the slash command, which becomes public with a public answer.
    """

    token: str
    user: str
    channel: str
    issued_at: float
    ts: str | None = None
    thread_ts: str | None = None
    typed: str | None = None
    posts: int = 0


@dataclass(slots=True)
class Lifetimes:
    """The triggers and response URLs of a workspace. ``clock`` gives seconds since the epoch."""

    clock: Callable[[], float]
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def issue_trigger(self, user: str, opened_from: str | None = None) -> str:
        """A new trigger id for a person; ``opened_from`` is the modal it was given in."""
        trigger = Trigger(f"{next(self._numbers)}.42.{secrets.token_hex(8)}", user, self.clock(), opened_from=opened_from)
        self._triggers[trigger.id] = trigger
        return trigger.id

    def spend_trigger(self, trigger_id: object) -> Trigger | str:
        """The trigger, used up; else Slack's error: invalid_trigger_id, trigger_exchanged or trigger_expired."""
        with self._lock:
            trigger = self._triggers.get(str(trigger_id))
            if trigger is None:
                return "invalid_trigger_id"
            if trigger.used:
                return "trigger_exchanged"
            trigger.used = True
        return "trigger_expired" if self.clock() - trigger.issued_at > TRIGGER_SECONDS else trigger

    def issue_response_url(
        self, user: str, channel: str, *, ts: str | None = None, thread_ts: str | None = None, typed: str | None = None
    ) -> ResponseUrl:
        """A new response URL."""
        token = f"{next(self._numbers)}/{secrets.token_hex(12)}"
        self._urls[token] = ResponseUrl(token, user, channel, self.clock(), ts, thread_ts, typed)
        return self._urls[token]

    def spend_response_url(self, token: str) -> ResponseUrl | str:
        """The response URL, one post less; else Slack's error: no_such_url, expired_url or used_url."""
        with self._lock:
            found = self._urls.get(token)
            if found is None:
                return "no_such_url"
            if self.clock() - found.issued_at > RESPONSE_SECONDS:
                return "expired_url"
            if found.posts >= RESPONSE_POSTS:
                return "used_url"
            found.posts += 1
            return found
