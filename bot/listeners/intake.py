"""The one end of every listener: have an ask stored durably, acknowledge it, and say at once if that failed.

No listener waits for a network or searches a text: it writes a sealed row, and only then gives the acknowledgement.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from slack_bolt import Ack, App, BoltRequest, BoltResponse

from bot.blocks.kit import Message
from bot.blocks.trouble import not_recorded
from bot.delivery import UndeliverableError
from bot.handlers.ask import Ask, Name, identity_of
from bot.handlers.runner import place_of
from bot.languages import Language, language_in
from bot.listeners import events
from bot.listeners.actions import click
from bot.listeners.forms import FORMS
from bot.listeners.payloads import Payload, metadata_of, text_of
from bot.manifest import COMMAND, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT, UNFURL_EVENT
from bot.store.errors import InboxFullError, ShareFullError, StoreUnavailableError
from bot.store.inbox import Command
from bot.traces import TRACES

_LOG: Final = structlog.get_logger("bot.listeners")
_ANY: Final = re.compile(".*", re.DOTALL)
TELLERS: Final = 4
_LAST_RETRY: Final = "3"  # of Slack's three, after which an event is gone
#: One press of such a button as it was seen counts once, however often it is pressed.
_ONCE_AS_SEEN: Final = frozenset({Name.SHARE_KEEP})


class Intake:
    """Hands asks on to the durable engine. ``language`` is that of the installation: here nobody waits for a locale.

    ``reaction`` is the name of the emoji that explains a message; ``unfurl`` takes pasted links too.

    ``tell`` (ask, message) shows what could not be recorded, and may raise UndeliverableError.
    """

    def __init__(
        self,
        accept: Callable[[Command], bool],
        *,
        tell: Callable[[Ask, Message], None],
        clock: Callable[[], datetime],
        language: Language,
        reaction: str = "mag_right",
        unfurl: bool = False,
    ) -> None:
        self._accept = accept
        self._tell = tell
        self._clock = clock
        self._language = language
        self._unrecorded = not_recorded("not_recorded", language)
        self._teller = ThreadPoolExecutor(TELLERS, "teller")
        self._reaction = reaction
        self._unfurl = unfurl

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.command(COMMAND)(self.command)
        app.message_shortcut(MESSAGE_SHORTCUT)(self.listener(events.message_shortcut))
        app.global_shortcut(GLOBAL_SHORTCUT)(self.listener(events.global_shortcut))
        for event, read in events.EVENTS.items():
            app.event(event)(self.event(read))
        app.event("reaction_added")(self.event(partial(events.reaction, self._reaction)))
        if self._unfurl:
            app.event(UNFURL_EVENT)(self.event(events.links_shared))
        app.action(_ANY)(self.listener(click))
        app.view(_ANY)(self.form)

    def command(self, ack: Ack, body: Payload) -> BoltResponse:
        """A slash command, whose acknowledgement may hold words."""
        ask = events.command(body)
        trouble = self._take(ask, ask.origin.trigger or ask.origin.response_url)
        return ack() if trouble is None else ack(text=trouble.text, blocks=trouble.blocks, response_type="ephemeral")

    def listener(self, read: Callable[[Payload], Ask | None]) -> Callable[[Ack, Payload], BoltResponse]:
        """For a click or a shortcut: no acknowledgement of theirs holds words, so trouble is told after it."""

        def take(ack: Ack, body: Payload) -> BoltResponse:
            ask = read(body)
            if ask is not None:
                trouble = self._take(ask, _occasion(ask, body))
                if trouble is not None:
                    self._teller.submit(self._tell_if_possible, ask, trouble)
            return ack()

        return take

    def event(self, read: Callable[[Payload], Ask | None]) -> Callable[[Ack, BoltRequest, Payload], BoltResponse]:
        """For an event: what cannot be stored now is refused, and Slack sends it again; the last time it is told."""

        def take(ack: Ack, request: BoltRequest, body: Payload) -> BoltResponse:
            ask = read(body)
            trouble = None if ask is None else self._take(ask, _occasion(ask, body))
            if ask is None or trouble is None:
                return ack()
            matters = trouble == self._unrecorded or ask.name is Name.LEFT
            if matters and request.headers.get("x-slack-retry-num") != [_LAST_RETRY]:
                return BoltResponse(status=503, body="not recorded\n")
            if ask.origin.channel:
                self._teller.submit(self._tell_if_possible, ask, trouble)
            return ack()

        return take

    def _tell_if_possible(self, ask: Ask, trouble: Message) -> None:
        with suppress(UndeliverableError):
            self._tell(ask, trouble)

    def form(self, ack: Ack, body: Payload) -> BoltResponse:
        """A modal sent off: wrong entries are told beside their fields, and so is that nothing could be recorded."""
        form = FORMS.get(text_of(body, "view", "callback_id") or "")
        spoken = text_of(metadata_of(body), "language") or text_of(body, "view", "private_metadata")
        language = language_in(spoken) or self._language
        read = form.read(body, language) if form else None
        if form is None or read is None:
            return ack()
        if not isinstance(read, Ask):
            return ack(response_action="errors", errors=read)
        shown_as = identity_of(read.name, seen_view(body))
        trouble = self._take(replace(read, origin=replace(read.origin, view=shown_as, waiting=True)), seen_view(body))
        if trouble is None:
            return ack(response_action="update", view=form.waiting(language, shown_as))
        return ack(response_action="errors", errors={form.field: trouble.text})

    def _take(self, ask: Ask, occasion: str | None) -> Message | None:
        """Accept an ask; None once it is durable or was accepted before, else what to tell the asker.

        ``occasion`` is what Slack repeats when it delivers the same thing again, such as a trigger_id or an event_id.
        """
        name, payload = ask.name, ask.as_payload()
        command = Command(identity_of(name, occasion or ""), name, payload, self._clock(), ask.person.key)
        try:
            with TRACES.span("take in", command.id, handler=name):
                self._accept(command)
        except ShareFullError:
            return not_recorded("share", self._language)
        except InboxFullError:
            return not_recorded("full", self._language)
        except StoreUnavailableError:
            return self._unrecorded
        return None


def _occasion(ask: Ask, body: Payload) -> str | None:
    """What Slack repeats when it delivers the same thing again; of reactions, one a person and message counts."""
    if ask.name is Name.REACTION:
        return f"{ask.origin.channel} {ask.origin.message_ts} {ask.person.key}"
    return seen_view(body) if ask.name in _ONCE_AS_SEEN else ask.origin.trigger or text_of(body, "event_id")


def seen_view(body: Payload) -> str:
    """A view as it was seen: its hash changes with its content, so a repeat of the same thing has the same text."""
    return f"{text_of(body, 'view', 'id')} {text_of(body, 'view', 'hash') or text_of(body, 'trigger_id')}"


def refuse(error: Exception) -> BoltResponse:
    """400 for what Bolt or a listener could not digest, logged by its class and place.

    Bolt's own way is a traceback in the log, which may quote what people wrote, and a 500, for which Slack sends it all again.
    """
    _LOG.error("undigested", error=type(error).__name__, where=place_of(error))
    return BoltResponse(status=400, body="refused\n")
