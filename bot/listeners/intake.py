"""The one end of every listener: have an ask stored durably, acknowledge it, and say at once if that failed.

No listener waits for a network or searches a text: Bolt's threads only write a sealed row and acknowledge.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from slack_bolt import Ack

from bot.blocks.kit import Message
from bot.blocks.shortcut import result
from bot.blocks.trouble import not_recorded
from bot.delivery import UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.modal import View
from bot.languages import Language
from bot.store.errors import InboxFullError, ShareFullError, StoreUnavailableError
from bot.store.inbox import Command


class Intake:
    """Hands asks on to the durable engine. ``language`` is that of the installation: here nobody waits for a locale.

    ``tell`` (ask, message) shows what could not be recorded, and may raise UndeliverableError. ``occasion`` is what Slack
    repeats when it delivers the same thing again, such as a trigger_id or an event_id.
    """

    def __init__(
        self,
        accept: Callable[[Command], bool],
        *,
        tell: Callable[[Ask, Message], None],
        clock: Callable[[], datetime],
        language: Language,
    ) -> None:
        self._accept = accept
        self._tell = tell
        self._clock = clock
        self.language = language

    def take(self, ask: Ask, occasion: str | None, ack: Ack) -> None:
        """A click, a shortcut or an event: no acknowledgement of theirs holds words, so trouble is told after it."""
        trouble = self._take(ask, occasion)
        ack()
        if trouble is not None and (ask.origin.trigger or ask.origin.channel):
            with suppress(UndeliverableError):
                self._tell(ask, trouble)

    def take_typed(self, ask: Ask, occasion: str | None, ack: Ack) -> None:
        """A slash command, whose acknowledgement may hold words."""
        trouble = self._take(ask, occasion)
        if trouble is None:
            ack()
        else:
            ack(text=trouble.text, blocks=trouble.blocks, response_type="ephemeral")

    def take_form(self, ask: Ask, occasion: str, ack: Ack, *, field: str, waiting: Callable[[str], View]) -> None:
        """A modal sent off. ``waiting`` makes the view that stands in its place until the answer, found by an external id.

        Trouble is told beside ``field``, so that nothing typed is lost.
        """
        shown_as = identity_of(ask.name, occasion)
        trouble = self._take(replace(ask, origin=replace(ask.origin, view=shown_as, waiting=True)), occasion)
        if trouble is None:
            ack(response_action="update", view=waiting(shown_as))
        else:
            ack(response_action="errors", errors={field: trouble.text})

    def take_closing(self, ask: Ask, occasion: str, ack: Ack) -> None:
        """A modal sent off that closes; trouble takes its place."""
        trouble = self._take(ask, occasion)
        if trouble is None:
            ack()
        else:
            ack(response_action="update", view=result(trouble, self.language))

    def _take(self, ask: Ask, occasion: str | None) -> Message | None:
        """Accept an ask; None once it is durable or was accepted before, else what to tell the asker."""
        name, payload = ask.name, ask.as_payload()
        try:
            self._accept(Command(identity_of(name, occasion or ""), name, payload, self._clock(), ask.person.key))
        except ShareFullError:
            return not_recorded("share", self.language)
        except InboxFullError:
            return not_recorded("full", self.language)
        except StoreUnavailableError:
            return not_recorded("not_recorded", self.language)
        return None


def identity_of(name: str, occasion: str) -> str:
    """The id of a command: the same for each delivery of the same thing, and nothing can be read out of it."""
    return hashlib.sha256(f"{name}\n{occasion}".encode()).hexdigest()[:32]
