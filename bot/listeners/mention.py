"""App mentions: the way in inside threads, where Slack has no slash commands."""

import re
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.kit import Message
from bot.delivery import Target, UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.subcommands import split
from bot.listeners.gathering import gather
from bot.listeners.intake import Intake, text_of
from bot.listeners.origin import is_shared, person_of_event
from bot.listeners.shortcut import seconds

EVENT: Final = "app_mention"
_MENTION: Final = re.compile(r"<@[UWB][A-Z0-9]{1,30}(?:\|[^<>]{0,100})?>")


class MentionListener:
    """Accepts mentions. What could not be recorded is told after the acknowledgement, by ``privately``."""

    def __init__(self, intake: Intake, privately: Callable[[Message, Target], None]) -> None:
        self._intake = intake
        self._privately = privately

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.event(EVENT)(self.mentioned)

    def mentioned(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody mentioned the bot. Apps that do, and the bot itself, are not answered: two bots would talk for ever."""
        person = person_of_event(body)
        channel = text_of(body, "event", "channel")
        if not person.user or channel is None or _is_by_an_app(body):
            ack()
            return
        typed = _typed(text_of(body, "event", "text") or "")
        subcommand, rest = split(typed) if typed else (None, "")
        ask = Ask(
            person,
            text=rest if subcommand else _typed(gather(body.get("event")).text),
            channel=channel,
            thread_ts=text_of(body, "event", "thread_ts"),
            said_at=seconds(text_of(body, "event", "ts")),
            extra={"shared": True} if is_shared(body) else None,
        )
        trouble = self._intake.take(subcommand or "mention", ask, text_of(body, "event_id") or "")
        ack()
        if trouble is not None:
            try:
                self._privately(trouble, ask.target)
            except UndeliverableError:
                return


def _is_by_an_app(body: dict[str, Any]) -> bool:
    """Whether an app wrote the message, perhaps this one: then its bot user is among the payload's authorizations."""
    if text_of(body, "event", "bot_id") or text_of(body, "event", "subtype") == "bot_message":
        return True
    authorizations = body.get("authorizations")
    ours = [each for each in authorizations if isinstance(each, dict)] if isinstance(authorizations, list) else []
    return text_of(body, "event", "user") in {text_of(each, "user_id") for each in ours if each.get("is_bot") is True}


def _typed(text: str) -> str:
    """What was written beside the mentions."""
    return _MENTION.sub(" ", text).strip()
