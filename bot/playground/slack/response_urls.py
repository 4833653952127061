"""What a post to a response URL, or the body of an acknowledgement, does in the channel where the interaction happened."""

import dataclasses

from bot.playground.slack.content import Refusal, message_content
from bot.playground.slack.lifetimes import ResponseUrl
from bot.playground.slack.messages import Call, Message
from bot.playground.slack.people import BOT_USER, Json
from bot.playground.slack.workspace import Workspace


def respond(workspace: Workspace, token: str, arguments: Json) -> str | None:
    """Carry out one post to a response URL. Slack's error when it refuses, else None."""
    error = _respond(workspace, token, arguments)
    workspace.note_call(Call("response_url", arguments, error is None, error))
    return error


def show(workspace: Workspace, place: ResponseUrl, arguments: Json, source: str) -> None:
    """Put an answer where it belongs: in place of the clicked message, or as a new one. Raises Refusal."""
    original = workspace.message(place.channel, place.ts)
    if original is not None and arguments.get("delete_original") in {True, "true"}:
        workspace.take_away(original.channel, original.ts)
        return
    content = message_content(workspace, arguments, source)
    if original is not None and original.by_bot and arguments.get("replace_original") in {True, "true"}:
        fresh = dataclasses.replace(original, text=content.text, blocks=content.blocks, attachments=content.attachments)
        workspace.put(dataclasses.replace(fresh, edited=True))
        return
    public = arguments.get("response_type") == "in_channel"
    if public and place.typed is not None:
        workspace.put(Message(workspace.new_ts(), place.channel, place.user, place.typed))
        place.typed = None
    wanted = arguments.get("thread_ts") or place.thread_ts
    root = workspace.message(place.channel, str(wanted)) if wanted else None
    shown = Message(workspace.new_ts(), place.channel, BOT_USER, content.text, content.blocks, content.attachments)
    thread_ts = None if root is None else root.thread_ts or root.ts
    workspace.put(dataclasses.replace(shown, thread_ts=thread_ts, visible_to=None if public else place.user))


def _respond(workspace: Workspace, token: str, arguments: Json) -> str | None:
    place = workspace.lifetimes.spend_response_url(token)
    if isinstance(place, str):
        workspace.breach(place, "a response URL takes five posts within 30 minutes", "response_url")
        return place
    try:
        show(workspace, place, arguments, "response_url")
    except Refusal as refusal:
        return refusal.code
    return None
