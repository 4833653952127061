"""The payloads that Slack sends, field by field; pure. Shapes: Slack's pages on slash commands, interactivity and events."""

from dataclasses import dataclass
from typing import Final

from bot.playground.slack.messages import Message, View
from bot.playground.slack.people import APP, BOT, BOT_USER, TEAM, Channel, Json, Person

#: The old verification token, which Slack still sends and nobody should trust.
TOKEN: Final = "stand-in-verification-token"
DOMAIN: Final = "requestlog-playground"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What Slack issues afresh for one interaction: the trigger, where to answer, and the moment."""

    trigger_id: str
    response_url: str
    ts: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A click or choice, and the state of the inputs around it."""

    action: Json
    values: Json


def slash_command(person: Person, channel: Channel, command: str, text: str, occasion: Occasion) -> Json:
    """The form of a slash command. All values are text."""
    return {
        "token": TOKEN,
        "team_id": person.team,
        "team_domain": DOMAIN if person.team == TEAM else "partner",
        "channel_id": channel.id,
        "channel_name": _shown_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": occasion.response_url,
        "trigger_id": occasion.trigger_id,
    }


def message_shortcut(person: Person, channel: Channel, callback_id: str, message: Message, occasion: Occasion) -> Json:
    """A shortcut from a message's menu."""
    return _interaction("message_action", person, occasion) | {
        "callback_id": callback_id,
        "action_ts": occasion.ts,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "message": message.as_slack(),
        "response_url": occasion.response_url,
    }


def global_shortcut(person: Person, callback_id: str, occasion: Occasion) -> Json:
    """A shortcut that belongs to no channel, so there is no response URL."""
    return _interaction("shortcut", person, occasion) | {"callback_id": callback_id, "action_ts": occasion.ts}


def message_action(
    person: Person, channel: Channel, message: Message, deed: Deed, occasion: Occasion, *, unfurled: str | None = None
) -> Json:
    """A click or choice in a message, or in what stands under a link of it: then the message itself is not told."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown: Json = {"message": message.as_slack()}
    if unfurled is not None:
        container |= {"type": "message_attachment", "is_app_unfurl": True, "app_unfurl_url": unfurled}
        shown = {"app_unfurl": {"app_unfurl_url": unfurled}}
    return _interaction("block_actions", person, occasion) | {
        "container": container,
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        **shown,
        "state": {"values": deed.values},
        "response_url": occasion.response_url,
        "actions": [deed.action | {"action_ts": occasion.ts}],
    }


def view_action(person: Person, view: View, deed: Deed, occasion: Occasion) -> Json:
    """A click or choice in a modal or the Home tab."""
    return _interaction("block_actions", person, occasion) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_payload(view, deed.values),
        "actions": [deed.action | {"action_ts": occasion.ts}],
    }


def view_submission(person: Person, view: View, values: Json, response_urls: list[Json], occasion: Occasion) -> Json:
    """A modal sent off."""
    return _interaction("view_submission", person, occasion) | {
        "view": view_payload(view, values),
        "response_urls": response_urls,
    }


def view_closed(person: Person, view: View, *, cleared: bool) -> Json:
    """A modal closed by the person; sent only where the bot asked for it. It has no trigger."""
    payload = _interaction("view_closed", person, Occasion("", "", "")) | {
        "view": view_payload(view, {}),
        "is_cleared": cleared,
    }
    del payload["trigger_id"]
    return payload


def event(body: Json, event_id: str, seconds: float, person: Person | None, *, shared: bool = False) -> Json:
    """The envelope of the Events API around an event, which says its own type; without a person, one about the app itself."""
    envelope: Json = {
        "token": TOKEN,
        "team_id": TEAM,
        "api_app_id": APP,
        "event": body,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(seconds),
    }
    if person is None:
        return envelope
    return envelope | {
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"context-of-{event_id}",
        **({"context_team_id": TEAM} if person.team != TEAM else {}),
    }


def url_verification(challenge: str) -> Json:
    """The question that Slack asks a new request URL."""
    return {"token": TOKEN, "challenge": challenge, "type": "url_verification"}


def view_payload(view: View, values: Json) -> Json:
    """A view as Slack's payloads and answers carry it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": values},
        "hash": view.hash,
        "title": content.get("title"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": APP,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }


def _interaction(kind: str, person: Person, occasion: Occasion) -> Json:
    return {
        "type": kind,
        "token": TOKEN,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": APP,
        "trigger_id": occasion.trigger_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _shown_name(channel: Channel) -> str:
    """Slack does not tell a private channel's name to an app that is not in it."""
    return "privategroup" if channel.kind == "private" and BOT_USER not in channel.members else channel.name
