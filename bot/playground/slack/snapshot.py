"""What one person's screen shows at one moment, as the JSON that the page draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.playground.slack.delivery import source_of
from bot.playground.slack.messages import Message, Request, View
from bot.playground.slack.people import TEAM, Json, Suggestion
from bot.playground.slack.workspace import Workspace

_SHOWN_REQUESTS: Final = 30


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the bot's manifest, in a message's menu or for everywhere."""

    callback_id: str
    name: str
    kind: Literal["message", "global"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page offers beside the workspace itself."""

    shortcuts: Sequence[Shortcut]
    suggestions: Sequence[Suggestion]
    command: str


def snapshot(workspace: Workspace, user: str, offer: Offer, *, connected: bool) -> Json:
    """Everything that this person's page needs. Messages of channels that they are not in are not among it."""
    channels = [channel for channel in workspace.channels.values() if user in channel.members]
    home = workspace.homes.get(user)
    return {
        "version": workspace.version,
        "connected": connected,
        "me": _person(workspace, user),
        "people": [_person(workspace, each) for each in workspace.people],
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "kind": channel.kind,
                "archived": channel.archived,
                "shared": channel.shared,
                "bot": workspace.bot_is_in(channel.id),
                "canvases": [canvas for canvas in workspace.canvases.values() if canvas["channel"] == channel.id],
                "messages": [_message(message) for message in workspace.sees(user, channel.id)],
            }
            for channel in channels
        ],
        "stack": [_view(view) for view in workspace.stack(user)],
        "home": _view(home) if home else None,
        "breaches": [{"rule": each.rule, "detail": each.detail, "source": each.source} for each in workspace.breaches],
        "requests": [_request(each) for each in workspace.requests[-_SHOWN_REQUESTS:]],
        "shortcuts": [{"callback_id": each.callback_id, "name": each.name, "kind": each.kind} for each in offer.shortcuts],
        "suggestions": [
            {
                "request_id": each.request_id,
                "en": each.title_en,
                "zh": each.title_zh,
                "group": each.group,
                "who": each.who,
            }
            for each in offer.suggestions
        ],
        "command": offer.command,
    }


def _person(workspace: Workspace, user: str) -> Json:
    person = workspace.people[user]
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "locale": person.locale,
        "zone": person.zone,
        "guest": person.guest,
        "foreign": person.team != TEAM,
    }


def _message(message: Message) -> Json:
    return {
        "ts": message.ts,
        "author": message.author,
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "thread_ts": message.thread_ts,
        "private": message.visible_to is not None,
        "files": list(message.files),
        "edited": message.edited,
        "reactions": [list(pair) for pair in message.reactions],
    }


def _view(view: View) -> Json:
    content = view.content
    shown = {key: content.get(key) for key in ("type", "title", "submit", "close", "blocks", "callback_id")}
    return shown | {"id": view.id, "hash": view.hash, "errors": view.errors}


def _request(request: Request) -> Json:
    return {
        "source": source_of(request),
        "ms": round(request.ms),
        "error": request.error,
        "transport": request.transport,
    }
