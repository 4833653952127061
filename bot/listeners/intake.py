"""What every listener does: turn a payload into a command, have it stored durably, and say at once if that failed.

No listener waits for a network: Bolt's threads only write a row and acknowledge.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.blocks.kit import Message
from bot.blocks.trouble import not_recorded
from bot.explain.tripwire import defuse
from bot.handlers.ask import Ask
from bot.languages import Language
from bot.requestids import extract
from bot.store.errors import InboxFullError, StoreUnavailableError
from bot.store.inbox import Command


class Intake:
    """Hands asks on to the durable engine. ``language`` is that of the installation: here nobody waits for a locale."""

    def __init__(self, accept: Callable[[Command], bool], *, clock: Callable[[], datetime], language: Language) -> None:
        self._accept = accept
        self._clock = clock
        self._language = language

    def take(self, story: str, ask: Ask, occasion: str) -> Message | None:
        """Accept an ask; None once it is durable or was accepted before, else what to tell the asker.

        ``occasion`` is what Slack repeats when it delivers the same thing again: a trigger_id or an event_id.
        """
        command = Command(identity_of(story, occasion), story, _without_keys(ask).as_payload(), self._clock())
        try:
            self._accept(command)
        except InboxFullError:
            return not_recorded("full", self._language)
        except StoreUnavailableError:
            return not_recorded("not_recorded", self._language)
        return None


def _without_keys(ask: Ask) -> Ask:
    """The ask as it may be stored: a key that somebody pasted is gone, and its kind is noted for the warning."""
    typed = {name: value for name, value in (ask.extra or {}).items() if isinstance(value, str)}
    found = {name: defuse(value, lambda text: extract(text).request_ids) for name, value in {"": ask.text, **typed}.items()}
    kinds = sorted({kind for each in found.values() for kind in each.kinds})
    if not kinds:
        return ask
    safe = {name: found[name].text for name in typed}
    return replace(ask, text=found[""].text, extra={**(ask.extra or {}), **safe, "tripwire": kinds})


def identity_of(story: str, occasion: str) -> str:
    """The id of a command: the same for each delivery of the same thing, and nothing can be read out of it."""
    return hashlib.sha256(f"{story}\n{occasion}".encode()).hexdigest()[:32]


def text_of(payload: dict[str, Any], *path: str) -> str | None:
    """A text in a payload of foreign shape; None where it is absent, empty or no text."""
    value: Any = payload
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value else None
