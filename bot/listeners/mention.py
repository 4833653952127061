"""App mentions: the way in inside threads, where Slack has no slash commands."""

import re
from typing import Final

from slack_bolt import Ack, App

from bot.handlers.ask import Ask, Origin
from bot.handlers.names import Name
from bot.handlers.subcommands import split
from bot.listeners.gathering import gather
from bot.listeners.intake import Intake
from bot.listeners.payloads import Payload, is_shared, person_of_event, seconds, text_of

EVENT: Final = "app_mention"
_MENTION: Final = re.compile(r"<@[UWB][A-Z0-9]{1,30}(?:\|[^<>]{0,100})?>")


class MentionListener:
    """Accepts mentions."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.event(EVENT)(self.mentioned)

    def mentioned(self, ack: Ack, body: Payload) -> None:
        """Somebody mentioned the bot. Apps that do, and the bot itself, are not answered: two bots would talk for ever."""
        person = person_of_event(body)
        channel = text_of(body, "event", "channel")
        if not person.user or channel is None or _is_by_an_app(body):
            ack()
            return
        typed = _typed(text_of(body, "event", "text") or "")
        subcommand, rest = split(typed) if typed else (None, "")
        text = rest if subcommand else _typed(gather(body.get("event")).text)
        ts = text_of(body, "event", "ts")
        origin = Origin(channel, text_of(body, "event", "thread_ts"), ts, shared=is_shared(body))
        ask = Ask(subcommand or Name.MENTION, person, text, origin, said_at=seconds(ts))
        self._intake.take(ask, text_of(body, "event_id"), ack)


def _is_by_an_app(body: Payload) -> bool:
    """Whether an app wrote the message, perhaps this one: then its bot user is among the payload's authorizations."""
    if text_of(body, "event", "bot_id") or text_of(body, "event", "subtype") == "bot_message":
        return True
    authorizations = body.get("authorizations")
    ours = [each for each in authorizations if isinstance(each, dict)] if isinstance(authorizations, list) else []
    return text_of(body, "event", "user") in {text_of(each, "user_id") for each in ours if each.get("is_bot") is True}


def _typed(text: str) -> str:
    """What was written beside the mentions."""
    return _MENTION.sub(" ", text).strip()
