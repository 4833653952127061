"""Where an event comes from: whose it is, and whether its channel is shared with another organisation."""

from typing import Any

from bot.identity.person import Person
from bot.listeners.intake import text_of


def person_of_event(body: dict[str, Any]) -> Person:
    """Who caused an event. ``team_id`` is the workspace that hears of it; a person of another one is named beside."""
    user = text_of(body, "event", "user") or ""
    own = text_of(body, "event", "user_team") or text_of(body, "event", "source_team")
    enterprise = text_of(body, "enterprise_id") or text_of(body, "enterprise", "id")
    return Person(user, own or text_of(body, "team_id") or "", enterprise)


def is_shared(body: dict[str, Any]) -> bool:
    """Whether the payload says that its channel is shared. Commands and clicks do not say; events do."""
    channel = body.get("channel")
    said = [body.get("is_ext_shared_channel"), channel.get("is_ext_shared") if isinstance(channel, dict) else None]
    return any(each in (True, "true", "1") for each in said)
