"""Reading Slack's payloads: who, where, which values, all text of a message. They come signed, but of whatever shape. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.handlers.ask import Origin
from bot.identity.person import Person

Payload = dict[str, Any]

_REQUEST_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COMMAND_ID: Final = re.compile(r"[0-9a-f]{32}")
_REFERENCE: Final = re.compile(r"(?:catalogue|team):[^\x00-\x1f]{1,195}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,11}(?:\.[0-9]+)?")  # eleven digits reach the year 5138

#: A message holds 40,000 characters at most; the rest is for what hangs on it. More would keep the acknowledgement waiting.
MOST_CHARACTERS: Final = 60_000
MOST_NODES: Final = 100_000

#: Four line ends: an id broken over lines is joined over at most three, so texts of two places never run together.
_GAP: Final = "\n\n\n\n"
_DELETED: Final = frozenset({"tombstone", "message_deleted"})

#: In the order in which a reader meets them.
_KEYS: Final = (
    "pretext",
    "author_name",
    "title",
    "text",
    "value",
    "url",
    "title_link",
    "from_url",
    "label",
    "alt_text",
    "name",
    "preview",
    "plain_text",
    "blocks",
    "message_blocks",
    "message",
    "fields",
    "elements",
    "accessory",
    "rows",
    "attachments",
    "files",
    "fallback",
    "footer",
)
#: Rich text is cut into spans by its style, in the middle of a line and even of an id: they are put together unspaced.
_RUNS: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})

Lacking = Literal["deleted", "image", "file", "empty"]


def value_at(payload: object, *path: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands at a path; None where there is nothing."""
    value = payload
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def text_of(payload: object, *path: str) -> str | None:
    """A text in a payload; None where it is absent, empty or no text."""
    value = value_at(payload, *path)
    return value if isinstance(value, str) and value else None


def person_of(body: Payload) -> Person:
    """Who did it. Slash commands name their person flatly, interactions in an object."""
    user = text_of(body, "user_id") or text_of(body, "user", "id") or ""
    team = text_of(body, "team_id") or text_of(body, "user", "team_id") or text_of(body, "team", "id") or ""
    return Person(user, team, _enterprise(body))


def person_of_event(body: Payload) -> Person:
    """Who caused an event. ``team_id`` is the workspace that hears of it; a person of another one is named beside."""
    user = text_of(body, "event", "user") or ""
    own = text_of(body, "event", "user_team") or text_of(body, "event", "source_team")
    return Person(user, own or text_of(body, "team_id") or "", _enterprise(body))


def _enterprise(body: Payload) -> str | None:
    return text_of(body, "enterprise_id") or text_of(body, "enterprise", "id")


def origin_of(body: Payload) -> Origin:
    """Where a command, a click or a form comes from. In a modal, the place of the card that it was opened from."""
    in_home = text_of(body, "view", "type") == "home"
    in_modal = not in_home and text_of(body, "view", "id") is not None
    place = metadata_of(body) if in_modal else {}
    seen_in = text_of(body, "channel", "id") or text_of(body, "container", "channel_id") or text_of(body, "channel_id")
    return Origin(
        channel=text_of(place, "channel") if in_modal else seen_in,
        thread_ts=text_of(place, "thread_ts") if in_modal else text_of(body, "container", "thread_ts"),
        message_ts=text_of(body, "container", "message_ts"),
        response_url=text_of(body, "response_url"),
        trigger=text_of(body, "trigger_id"),
        view=text_of(body, "view", "id") if in_modal else None,
        in_modal=in_modal,
        in_home=in_home,
        private=value_at(body, "container", "is_ephemeral") is True,
        shared=is_shared(body),
    )


def is_shared(body: Payload) -> bool:
    """Whether the payload says that its channel is shared. Commands and clicks do not say; events do."""
    said = [body.get("is_ext_shared_channel"), value_at(body, "channel", "is_ext_shared")]
    return any(each in (True, "true", "1") for each in said)


def action_of(body: Payload) -> Payload:
    """The action of a click; empty for a payload without one."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return first if isinstance(first, dict) else {}


def metadata_of(body: Payload) -> Payload:
    """What the bot let travel with the modal; empty for a modal of another kind."""
    return parsed(text_of(body, "view", "private_metadata") or "{}")


def parsed(text: str) -> Payload:
    """What travels as JSON in a button or a modal; empty for anything but an object."""
    try:
        carried = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return carried if isinstance(carried, dict) else {}


def entry_of(body: Payload, block: str) -> str:
    """What was typed or chosen in a field of a modal; empty for nothing."""
    field = value_at(body, "view", "state", "values", block, "value")
    return text_of(field, "value") or text_of(field, "selected_option", "value") or ""


def seconds(ts: str | None) -> float | None:
    """A Slack timestamp as Unix time; None for what is none."""
    return float(ts) if ts and _TIMESTAMP.fullmatch(ts) else None


def request_id_in(value: str | None) -> str | None:
    """The one RequestId that a value is; None for anything else."""
    return value if value and _REQUEST_ID.fullmatch(value) else None


def command_id_in(value: str | None) -> str | None:
    """The id that ``ask.identity_of`` gave, as a permission request has it; None for anything else."""
    return value if value and _COMMAND_ID.fullmatch(value) else None


def reference_in(value: str | None) -> str | None:
    """The reference of a catalogue entry; None for anything else."""
    return value if value and _REFERENCE.fullmatch(value) else None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a message says, and when it says nothing, why: it was deleted, holds only pictures or files, or is empty."""

    text: str
    lacking: Lacking | None = None


def gather(message: object) -> Gathered:
    """All text of a message as one: what was typed, blocks, attachments, quoted messages, files; at most 60,000 characters.

    Messages come from people, apps and forwarded mails, in whatever shape; so nothing here expects a shape. The walk is a
    loop over a stack, bounded in texts and characters, and takes any JSON value. Each text is taken once.
    """
    return Gathered(_joined(_texts(message)), _lacking(message))


def _joined(texts: Iterator[str]) -> str:
    kept: dict[str, None] = {}
    room = MOST_CHARACTERS
    for each in texts:
        text = each.strip()[: max(room, 0)]
        if text and text not in kept:
            kept[text] = None
            room -= len(text) + len(_GAP)
        if room <= 0:
            break
    return _GAP.join(kept)[:MOST_CHARACTERS]


def _texts(message: object) -> Iterator[str]:
    """Every text, in reading order. A stack instead of recursion: nesting may be deeper than Python's own stack."""
    stack: list[object] = [message]
    for _ in range(MOST_NODES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            stack.extend(reversed(value[:MOST_NODES]))
        elif isinstance(value, dict):
            if _is_one_of(value.get("type"), _RUNS) and isinstance(value.get("elements"), list):
                yield _run(value["elements"])
            else:
                stack.extend(value[key] for key in reversed(_KEYS) if key in value)


def _run(spans: list[Any]) -> str:
    """The spans of one rich-text line; links as Slack writes them in plain text, so that address and label both count."""
    parts = []
    for span in spans[:MOST_NODES]:
        if not isinstance(span, dict):
            continue
        text, url = span.get("text"), span.get("url")
        if isinstance(url, str) and url:
            parts.append(f"<{url}|{text}>" if isinstance(text, str) and text else url)
        elif isinstance(text, str):
            parts.append(text)
    return "".join(parts)


def _is_one_of(value: object, names: frozenset[str]) -> bool:
    """Whether a value, perhaps no text at all, is one of these names."""
    return isinstance(value, str) and value in names


def _lacking(message: object) -> Lacking | None:
    if not isinstance(message, dict):
        return "empty"
    if _is_one_of(message.get("subtype"), _DELETED):
        return "deleted"
    files, blocks, attachments = (_objects(message, key) for key in ("files", "blocks", "attachments"))
    shown = [each for each in blocks if each.get("type") != "image"]
    said = {
        "text": message.get("text"),
        "blocks": shown,
        "attachments": [_without_names(each) if each.get("image_url") else each for each in attachments],
        "files": [each for each in files if each.get("preview") or each.get("plain_text")],
    }
    if _joined(_texts(said)):
        return None
    images = any(str(each.get("mimetype", "")).startswith("image/") for each in files)
    if images or any(each.get("image_url") for each in attachments) or len(shown) < len(blocks):
        return "image"
    return "file" if files else "empty"


def _without_names(picture: dict[str, Any]) -> dict[str, Any]:
    """What an attached picture says beside being one."""
    return {key: value for key, value in picture.items() if key in {"pretext", "text", "fields", "blocks"}}


def _objects(message: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = message.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
