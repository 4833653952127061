"""What starts a conversation with the bot: the slash command, a mention, a reaction, the shortcuts, the Home tab opened."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.handlers.ask import Ask, Lacking, Name, Origin
from bot.handlers.gathering import gather
from bot.handlers.help import split
from bot.identity.person import Person
from bot.listeners.payloads import Payload, is_shared, origin_of, person_of, person_of_event, seconds, text_of, value_at

MOST_LINKS: Final = 5
LONGEST_LINK: Final = 2000
_MENTION: Final = re.compile(r"<@[UWB][A-Z0-9]{1,30}(?:\|[^<>]{0,100})?>")


def command(body: Payload) -> Ask:
    """The slash command, its sub-command taken off."""
    subcommand, rest = split(text_of(body, "text") or "")
    return Ask(subcommand or Name.REQUESTLOG, person_of(body), rest, origin_of(body))


def message_shortcut(body: Payload) -> Ask:
    """Somebody wants a message explained; its own time says how old the ids in it are."""
    gathered = gather(body.get("message"))
    message_ts = text_of(body, "message", "ts") or text_of(body, "message_ts")
    thread_ts, author = text_of(body, "message", "thread_ts"), text_of(body, "message", "user")
    origin = replace(origin_of(body), thread_ts=thread_ts, message_ts=message_ts, author=author)
    lacking = Lacking(gathered.lacking)
    return Ask(Name.EXPLAIN_MESSAGE, person_of(body), gathered.text, origin, lacking, seconds(message_ts))


def global_shortcut(body: Payload) -> Ask:
    """Somebody wants to paste something."""
    return Ask(Name.ASK_FOR_TEXT, person_of(body), origin=origin_of(body))


def home_opened(body: Payload) -> Ask | None:
    """Somebody opened the app; only its Home tab is ours to fill. The next time may work when this one does not."""
    person = person_of_event(body)
    return Ask(Name.HOME, person) if person.user and text_of(body, "event", "tab") == "home" else None


def mention(body: Payload) -> Ask | None:
    """Somebody mentioned the bot. Apps that do, and the bot itself, are not answered: two bots would talk for ever."""
    person, channel, ts = person_of_event(body), text_of(body, "event", "channel"), text_of(body, "event", "ts")
    if not person.user or channel is None or _is_by_an_app(body):
        return None
    typed = _MENTION.sub(" ", text_of(body, "event", "text") or "").strip()
    subcommand, rest = split(typed) if typed else (None, "")
    text = rest if subcommand else _MENTION.sub(" ", gather(body.get("event")).text).strip()
    origin = Origin(channel, text_of(body, "event", "thread_ts"), ts, shared=is_shared(body))
    return Ask(subcommand or Name.MENTION, person, text, origin, said_at=seconds(ts))


def reaction(wanted: str, body: Payload) -> Ask | None:
    """Somebody reacted to a message with the wanted emoji; what it says is read when the ask is answered.

    Every reaction of the bot's channels arrives, so all others end here, and so do those of apps.
    """
    person, item = person_of_event(body), value_at(body, "event", "item")
    channel, ts, author = text_of(item, "channel"), text_of(item, "ts"), text_of(body, "event", "item_user")
    if text_of(body, "event", "reaction") != wanted or not person.user or _is_by_an_app(body) or not (channel and ts):
        return None
    lacking = Lacking("own") if author in _bots(body) else None
    origin = Origin(channel, message_ts=ts, shared=is_shared(body), author=author)
    return Ask(Name.REACTION, person, "", origin, lacking, seconds(ts))


def links_shared(body: Payload) -> Ask | None:
    """Somebody posted links to pages of the manifest's domains; those that are only being written are left alone."""
    person, channel, ts = person_of_event(body), text_of(body, "event", "channel"), text_of(body, "event", "message_ts")
    if text_of(body, "event", "source") == "composer" or not (person.user and channel and ts) or _is_by_an_app(body):
        return None
    given = value_at(body, "event", "links")
    urls = [text_of(each, "url") or "" for each in given[:MOST_LINKS]] if isinstance(given, list) else []
    origin = Origin(channel, text_of(body, "event", "thread_ts"), ts, shared=is_shared(body))
    return Ask(Name.LINKS_SHARED, person, "\n".join(url for url in urls if len(url) <= LONGEST_LINK), origin)


def left(body: Payload) -> Ask | None:
    """Somebody was deactivated, or the app was uninstalled or its token revoked; every other change of a person ends here."""
    kind, team, enterprise = (text_of(body, *path) for path in (("event", "type"), ("team_id",), ("enterprise_id",)))
    user = text_of(body, "event", "user", "id") if value_at(body, "event", "user", "deleted") is True else None
    if kind == "user_change":
        return Ask(Name.LEFT, Person(user, team or "", enterprise)) if user else None
    gone = kind == "app_uninstalled" or value_at(body, "event", "tokens", "bot")
    return Ask(Name.LEFT, Person("", team or "", enterprise)) if gone else None


def _is_by_an_app(body: Payload) -> bool:
    """Whether an app did it, perhaps this one: then its bot user is among the payload's authorizations."""
    if text_of(body, "event", "bot_id") or text_of(body, "event", "subtype") == "bot_message":
        return True
    return text_of(body, "event", "user") in _bots(body)


def _bots(body: Payload) -> set[str | None]:
    """The bot users for which Slack delivers an event: our own."""
    authorizations = body.get("authorizations")
    bots = [each for each in authorizations if value_at(each, "is_bot") is True] if isinstance(authorizations, list) else []
    return {text_of(each, "user_id") for each in bots} - {None}


#: By the type of the event.
EVENTS: Final[dict[str, Callable[[Payload], Ask | None]]] = {
    "app_home_opened": home_opened,
    "app_mention": mention,
    **dict.fromkeys(("app_uninstalled", "tokens_revoked", "user_change"), left),
}
