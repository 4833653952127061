"""The one gate through which the bot's texts and blocks come into the workspace, whichever road they take."""

import json
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.block_rules import MOST_CHARACTERS, MOST_TEXT, block_faults, size, view_faults
from bot.playground.slack.mentions import mention_faults, people_mentioned
from bot.playground.slack.people import Json
from bot.playground.slack.shapes import Fault
from bot.playground.slack.workspace import Workspace


class Refusal(Exception):  # noqa: N818 - Slack says no; nothing here is broken
    """Slack's answer ``{"ok": false, "error": code}``, with what else belongs to it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows."""

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()


def decoded(value: object) -> object:
    """A JSON argument, which a form carries as text. Raises Refusal invalid_arguments when it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise Refusal("invalid_arguments") from error


def message_content(workspace: Workspace, arguments: Json, source: str) -> Content:
    """What the arguments of a post show. Raises Refusal as Slack does; notes a breach for each broken rule."""
    text = str(arguments.get("text") or "")
    blocks = decoded(arguments.get("blocks")) or []
    attachments = decoded(arguments.get("attachments")) or []
    if faults := block_faults(blocks, "message"):
        _refuse(workspace, faults, source, "invalid_blocks")
    if isinstance(blocks, list) and workspace.refused_blocks & {str(block.get("type")) for block in blocks}:
        raise Refusal("invalid_blocks")
    if not isinstance(blocks, list) or not isinstance(attachments, list):
        raise Refusal("invalid_blocks_format")
    if source == "chat.postEphemeral" and any(isinstance(each, dict) and "blocks" in each for each in attachments):
        raise Refusal("invalid_attachments")
    if (characters := size(blocks)) > MOST_CHARACTERS:
        workspace.breach("msg_blocks_too_long", f"{characters} characters in blocks, about {MOST_CHARACTERS} fit", source)
        raise Refusal("msg_blocks_too_long")
    if not (text.strip() or blocks or attachments):
        workspace.breach("no_text", "neither text nor blocks", source)
        raise Refusal("no_text")
    _judge_text(workspace, arguments, text, blocks, source)
    return Content(text[:MOST_TEXT], tuple(blocks), tuple(attachments))


def view_content(workspace: Workspace, value: object, source: str, kind: str | None = None) -> Json:
    """A view as the bot made it. Raises Refusal invalid_arguments with Slack's list of faults."""
    view = decoded(value)
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments")
    faults = view_faults(view)
    if faults:
        _refuse(workspace, faults, source, "invalid_arguments")
    if kind is not None and view["type"] != kind:
        raise Refusal("invalid_arguments")
    _note(workspace, mention_faults("", view["blocks"]), source)
    return view


def _judge_text(workspace: Workspace, arguments: Json, text: str, blocks: list[Json], source: str) -> None:
    if blocks and not text.strip():
        workspace.breach("no_top_level_text", "screen readers and notifications get nothing", source)
    if len(text) > MOST_TEXT:
        workspace.breach("text_too_long", f"text has {len(text)} characters and was cut at {MOST_TEXT}", source)
    if str(arguments.get("link_names")).lower() in {"true", "1"}:
        workspace.breach("link_names", "link_names turns names in foreign text into mentions", source)
    if arguments.get("parse") == "full":
        workspace.breach("parse_full", "parse=full turns names and addresses in foreign text live", source)
    _note(workspace, mention_faults(text, blocks), source)
    for person in people_mentioned(text, blocks):
        if person not in workspace.people:
            workspace.breach("live_mention", f"a live mention of {person}, whom nobody knows", source)


def _note(workspace: Workspace, faults: list[Fault], source: str) -> None:
    for fault in faults:
        workspace.breach(fault.rule, f"{fault.detail} [{fault.pointer}]", source)


def _refuse(workspace: Workspace, faults: list[Fault], source: str, code: str) -> None:
    _note(workspace, faults, source)
    messages = [str(fault) for fault in faults]
    raise Refusal(code, errors=messages, response_metadata={"messages": [f"[ERROR] {each}" for each in messages]})
