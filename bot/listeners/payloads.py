"""Reading Slack's payloads: who, where, and which values. They come signed, but of whatever shape. Pure."""

import json
import re
from typing import Any, Final

from bot.handlers.ask import Origin
from bot.identity.person import Person
from bot.lookup.plan import MOST_AT_ONCE

Payload = dict[str, Any]

_REQUEST_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COMMAND_ID: Final = re.compile(r"[0-9a-f]{32}")
_REFERENCE: Final = re.compile(r"(?:catalogue|team):[^\x00-\x1f]{1,195}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,11}(?:\.[0-9]+)?")  # eleven digits reach the year 5138


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
    said = (True, "true", "1")
    return body.get("is_ext_shared_channel") in said or value_at(body, "channel", "is_ext_shared") in said


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


def request_ids_in(value: str | None) -> str | None:
    """The RequestIds that a value is, each once, parted by blanks; None for anything else, and for more than are looked up."""
    ids = (value or "").split(" ")
    return value if len(set(ids)) == len(ids) <= MOST_AT_ONCE and all(map(request_id_in, ids)) else None


def denied_in(value: str | None) -> str | None:
    """What a permission may be asked for: the RequestId of a denied call, or a log ticket's form as JSON; None for others."""
    return request_id_in(value) or (value if value and parsed(value) else None)


def command_id_in(value: str | None) -> str | None:
    """The id that ``ask.identity_of`` gave, as a permission request has it; None for anything else."""
    return value if value and _COMMAND_ID.fullmatch(value) else None


def reference_in(value: str | None) -> str | None:
    """The reference of a catalogue entry; None for anything else."""
    return value if value and _REFERENCE.fullmatch(value) else None
