"""The Web API's methods about canvases: made in a channel's tab, extended, and found to be gone."""

import re
from typing import Final

from bot.playground.slack.chat_methods import open_channel
from bot.playground.slack.content import Refusal, decoded
from bot.playground.slack.people import Json
from bot.playground.slack.workspace import Workspace

MOST_CHARACTERS: Final = 1024 * 1024
MOST_CELLS: Final = 300
LONGEST_TITLE: Final = 255
_FENCED: Final = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)
#: A canvas has three sizes of headings, and turns these into a person or a channel.
_TOO_DEEP: Final = re.compile(r"^#{4,} ", re.MULTILINE)
_MENTION: Final = re.compile(r"(?<!\\)!\[[^\]]*\]\((?:@[UW]|#C)[A-Z0-9]+\)")
_ROW: Final = re.compile(r"^\|.*\|$", re.MULTILINE)
_PLACES: Final = frozenset({"insert_at_start", "insert_at_end"})


def create(workspace: Workspace, arguments: Json) -> Json:
    """canvases.create, in a channel of which the bot is a member."""
    channel = open_channel(workspace, arguments.get("channel_id"))
    title = str(arguments.get("title") or "")
    if len(title) > LONGEST_TITLE:
        raise Refusal("invalid_arguments")
    return {"canvas_id": workspace.add_canvas(channel.id, title, _markdown(workspace, arguments.get("document_content")))}


def edit(workspace: Workspace, arguments: Json) -> Json:
    """canvases.edit: one operation a call, of which the stand-in knows those that need no section."""
    canvas = workspace.canvases.get(str(arguments.get("canvas_id")))
    if canvas is None:
        raise Refusal("canvas_not_found")
    changes = decoded(arguments.get("changes"))
    if not isinstance(changes, list) or len(changes) != 1 or changes[0].get("operation") not in _PLACES:
        raise Refusal("invalid_arguments")
    added = _markdown(workspace, changes[0].get("document_content"))
    parts = (canvas["markdown"], added) if changes[0]["operation"] == "insert_at_end" else (added, canvas["markdown"])
    canvas["markdown"] = "\n".join(parts)
    workspace.touch()
    return {}


def _markdown(workspace: Workspace, value: object) -> str:
    content = decoded(value)
    text = content.get("markdown") if isinstance(content, dict) and content.get("type") == "markdown" else None
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise Refusal("invalid_arguments")
    words = _FENCED.sub("", text)
    cells = sum(len(re.findall(r"(?<!\\)\|", row)) - 1 for row in _ROW.findall(words))
    if _TOO_DEEP.search(words) or cells > MOST_CELLS:
        raise Refusal("canvas_editing_failed")
    if found := _MENTION.search(words):
        workspace.breach("live_mention", f"{found[0]} notifies people", "canvas")
    return text
