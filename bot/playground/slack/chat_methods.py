"""The Web API's chat.* methods: post, post privately, update, delete."""

import dataclasses
import json

from bot.playground.slack.content import Refusal, decoded, message_content
from bot.playground.slack.messages import Message
from bot.playground.slack.people import BOT_USER, Channel, Json, direct_messages
from bot.playground.slack.workspace import Workspace


def open_channel(workspace: Workspace, wanted: object) -> Channel:
    """The channel that the bot may write to. A person's id stands for the direct messages with that person.

    Raises Refusal: channel_not_found, is_archived, not_in_channel.
    """
    if wanted in workspace.people:
        wanted = direct_messages(workspace.people[str(wanted)]).id
    channel = workspace.channels.get(str(wanted))
    if channel is None or (channel.kind == "private" and not workspace.bot_is_in(channel.id)):
        raise Refusal("channel_not_found")
    if channel.archived:
        raise Refusal("is_archived")
    if not workspace.bot_is_in(channel.id):
        raise Refusal("not_in_channel")
    return channel


def post_message(workspace: Workspace, arguments: Json) -> Json:
    """chat.postMessage."""
    channel = open_channel(workspace, arguments.get("channel"))
    thread_ts = _thread(workspace, channel, arguments)
    content = message_content(workspace, arguments, "chat.postMessage")
    message = workspace.put(
        Message(
            workspace.new_ts(), channel.id, BOT_USER, content.text, content.blocks, content.attachments, thread_ts=thread_ts
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}


def post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    """chat.postEphemeral."""
    channel = open_channel(workspace, arguments.get("channel"))
    user = str(arguments.get("user") or "")
    if not workspace.is_member(user, channel.id):
        raise Refusal("user_not_in_channel")
    thread_ts = _thread(workspace, channel, arguments)
    if thread_ts and not workspace.replies(channel.id, thread_ts):
        workspace.breach("unseen", "a private answer is seen in a thread only where somebody has replied", "chat.postEphemeral")
    content = message_content(workspace, arguments, "chat.postEphemeral")
    shown = Message(workspace.new_ts(), channel.id, BOT_USER, content.text, content.blocks, content.attachments)
    message = workspace.put(dataclasses.replace(shown, thread_ts=thread_ts, visible_to=user))
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Json) -> Json:
    """chat.update. A private message cannot be updated; only the response URL of a click in it can."""
    message = _own_message(workspace, arguments, "cant_update_message")
    content = message_content(workspace, arguments, "chat.update")
    message = workspace.put(dataclasses.replace(message, text=content.text, blocks=content.blocks, edited=True))
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message.as_slack()}


def unfurl(workspace: Workspace, arguments: Json) -> Json:
    """chat.unfurl: what stands under the links of a message, for all to see. Blocks of rich text are refused there."""
    message = workspace.message(str(arguments.get("channel")), str(arguments.get("ts")))
    unfurls = decoded(arguments.get("unfurls"))
    if message is None or message.visible_to is not None:
        raise Refusal("cannot_find_message")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refusal("missing_unfurls")
    made = []
    for url, shown in unfurls.items():
        if url not in message.text:
            raise Refusal("cannot_unfurl_url")
        content = message_content(workspace, {"text": url, "blocks": shown.get("blocks")}, "chat.unfurl")
        if '"rich_text"' in json.dumps(content.blocks):
            raise Refusal("invalid_blocks")
        made.append({"from_url": url, "app_unfurl_url": url, "blocks": list(workspace.with_ids(content.blocks))})
    workspace.put(dataclasses.replace(message, attachments=(*message.attachments, *made)))
    return {}


def delete(workspace: Workspace, arguments: Json) -> Json:
    """chat.delete."""
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.take_away(message.channel, message.ts)
    return {"channel": message.channel, "ts": message.ts}


def _thread(workspace: Workspace, channel: Channel, arguments: Json) -> str | None:
    wanted = arguments.get("thread_ts")
    if not wanted:
        return None
    root = workspace.message(channel.id, str(wanted))
    if root is None or root.visible_to is not None:
        raise Refusal("thread_not_found")
    return root.thread_ts or root.ts


def _own_message(workspace: Workspace, arguments: Json, not_own: str) -> Message:
    if str(arguments.get("channel")) not in workspace.channels:
        raise Refusal("channel_not_found")
    message = workspace.message(str(arguments["channel"]), str(arguments.get("ts")))
    if message is None or message.visible_to is not None:
        raise Refusal("message_not_found")
    if not message.by_bot:
        raise Refusal(not_own)
    return message
