"""The Web API's methods about the workspace itself: who the bot is, people, groups, conversations, files."""

import re
import secrets

from bot.playground.slack.block_rules import block_faults, view_faults
from bot.playground.slack.chat_methods import open_channel
from bot.playground.slack.content import Refusal, decoded
from bot.playground.slack.messages import Message
from bot.playground.slack.payloads import DOMAIN
from bot.playground.slack.people import BOT, BOT_NAME, BOT_USER, TEAM, Json, Person, direct_messages
from bot.playground.slack.workspace import Workspace


def auth_test(_workspace: Workspace, _arguments: Json) -> Json:
    """auth.test."""
    return {
        "url": f"https://{DOMAIN}.slack.com/",
        "team": "RequestLog playground",
        "user": BOT_NAME,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def api_test(_workspace: Workspace, arguments: Json) -> Json:
    """api.test."""
    return {"args": {key: value for key, value in arguments.items() if key != "token"}}


def validate_blocks(_workspace: Workspace, arguments: Json) -> Json:
    """blocks.validate, of ``blocks`` or of ``view``."""
    view = decoded(arguments.get("view"))
    faults = view_faults(view) if isinstance(view, dict) else block_faults(decoded(arguments.get("blocks")), "message")
    if faults:
        raise Refusal("invalid_blocks", errors=[str(fault) for fault in faults])
    return {}


def users_info(workspace: Workspace, arguments: Json) -> Json:
    """users.info; the locale only when asked for."""
    person = workspace.people.get(str(arguments.get("user")))
    if person is None:
        raise Refusal("user_not_found")
    return {"user": user_object(person, locale=str(arguments.get("include_locale")).lower() in {"true", "1"})}


def user_object(person: Person, *, locale: bool) -> Json:
    """A person as Slack describes them. Of a deactivated one it tells no time zone, no locale and no rank."""
    user: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "profile": {"real_name": person.real_name, "display_name": person.name, "team": person.team},
        "is_bot": False,
    }
    if person.deleted:
        return user
    user |= {
        "real_name": person.real_name,
        "tz": person.zone,
        "tz_label": person.zone,
        "tz_offset": person.zone_offset_s,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_stranger": person.team != TEAM,
    }
    if locale:
        user["locale"] = person.locale
    return user


def group_members(workspace: Workspace, arguments: Json) -> Json:
    """usergroups.users.list."""
    group = str(arguments.get("usergroup"))
    if group not in workspace.groups:
        raise Refusal("no_such_subteam")
    return {"users": list(workspace.groups[group])}


def reactions_get(workspace: Workspace, arguments: Json) -> Json:
    """reactions.get, of a message: the whole message, with who reacted; for channels that the bot is in."""
    channel = str(arguments.get("channel"))
    if channel not in workspace.channels:
        raise Refusal("channel_not_found")
    message = workspace.message(channel, str(arguments.get("timestamp")))
    if message is None or message.visible_to is not None:
        raise Refusal("message_not_found")
    if not workspace.bot_is_in(channel):
        raise Refusal("no_permission")
    users = {name: [who for each, who in message.reactions if each == name] for name, _ in message.reactions}
    shown = [{"name": name, "users": who, "count": len(who)} for name, who in users.items()]
    return {"type": "message", "channel": channel, "message": message.as_slack() | {"reactions": shown}}


def open_conversation(workspace: Workspace, arguments: Json) -> Json:
    """conversations.open, with one person."""
    person = workspace.people.get(str(arguments.get("users")))
    if person is None:
        raise Refusal("user_not_found")
    return {"channel": {"id": direct_messages(person).id}}


def conversation_info(workspace: Workspace, arguments: Json) -> Json:
    """conversations.info."""
    channel = workspace.channels.get(str(arguments.get("channel")))
    if channel is None or (channel.kind == "private" and not workspace.bot_is_in(channel.id)):
        raise Refusal("channel_not_found")
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_channel": channel.kind == "public",
            "is_group": channel.kind == "private",
            "is_im": channel.kind == "im",
            "is_private": channel.kind != "public",
            "is_archived": channel.archived,
            "is_member": workspace.bot_is_in(channel.id),
            "is_ext_shared": channel.shared,
            "is_shared": channel.shared,
        }
    }


def upload_address(workspace: Workspace, arguments: Json) -> Json:
    """files.getUploadURLExternal; the server puts its own address before the path."""
    if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit():
        raise Refusal("invalid_arguments")
    file_id = f"F0{secrets.token_hex(4).upper()}"
    name = re.sub(r"[^\w.\- ]", "_", str(arguments["filename"]))
    workspace.files[file_id] = {
        "id": file_id,
        "name": name,
        "title": name,
        "size": int(arguments["length"]),
        "alt_txt": str(arguments.get("alt_txt") or ""),
        "content": None,
    }
    return {"upload_url": f"/upload/{file_id}", "file_id": file_id}


def complete_upload(workspace: Workspace, arguments: Json) -> Json:
    """files.completeUploadExternal: the uploaded files as one message, or kept for an image block when no channel is named."""
    wanted = decoded(arguments.get("files"))
    if not isinstance(wanted, list) or not wanted:
        raise Refusal("invalid_arguments")
    shared: list[Json] = []
    for each in wanted:
        file = workspace.files.get(str(each.get("id")))
        if file is None or file["content"] is None:
            raise Refusal("file_not_found")
        file["title"] = str(each.get("title") or file["name"])
        shared.append(shown_file(file))
    if arguments.get("channel_id"):
        channel = open_channel(workspace, arguments["channel_id"])
        text = str(arguments.get("initial_comment") or "")
        thread = arguments.get("thread_ts")
        message = Message(workspace.new_ts(), channel.id, BOT_USER, text, thread_ts=thread, files=tuple(shared))
        workspace.put(message)
    return {"files": shared}


def shown_file(file: Json) -> Json:
    """A file without its content."""
    path = f"/files/{file['id']}/{file['name']}"
    return {key: file[key] for key in ("id", "name", "title", "size", "alt_txt")} | {"url_private": path, "permalink": path}
