"""The bytes of a verified request → the payload that Bolt dispatches, if it has the shape of something Slack sends. Pure.

Bolt itself looks for the letters ``payload`` anywhere in a form and drops every slash command whose text holds them, and
raises on signed nonsense, past its own error handler. So here a form is a form, and what reaches Bolt has been looked at:
the kind is known, what a listener needs is there, and whatever is there has the right type.
"""

import binascii
import json
import re
from typing import Any, Final

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

_MOST_FIELDS: Final = 200
_MAYBE_LONE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")

_ID: Final = re.compile(r"[\x21-\x7e]{1,255}")

_NEEDED: Final[dict[str, dict[str, type]]] = {
    "slash": {"command": str, "user_id": str, "team_id": str, "channel_id": str, "response_url": str, "trigger_id": str},
    "block_actions": {"user.id": str, "trigger_id": str, "actions": list},
    "block_suggestion": {"user.id": str, "action_id": str, "value": str},
    "view_submission": {"user.id": str, "view.id": str, "view.type": str, "view.callback_id": str, "view.state.values": dict},
    "view_closed": {"user.id": str, "view.id": str, "view.type": str, "view.callback_id": str},
    "message_action": {
        "user.id": str,
        "callback_id": str,
        "trigger_id": str,
        "channel.id": str,
        "message": dict,
        "response_url": str,
    },
    "shortcut": {"user.id": str, "callback_id": str, "trigger_id": str},
    "event_callback": {"event_id": str, "event.type": str, "team_id": str},
}
"""What each kind cannot do without; a dot leads into an object."""

_TYPED: Final[dict[str, type]] = {
    **dict.fromkeys(
        (
            *("api_app_id", "callback_id", "channel.id", "channel_id", "channel_name", "enterprise.id", "enterprise_id"),
            *("container.channel_id", "container.message_ts", "container.type", "event.bot_id", "event.subtype", "event.text"),
            *("event.thread_ts", "event.ts", "message.text", "message.ts", "message_ts", "response_url", "team.id", "text"),
            *("trigger_id", "user.team_id", "view.callback_id", "view.hash", "view.id", "view.private_metadata", "view.type"),
        ),
        str,
    ),
    **dict.fromkeys(("channel", "container", "enterprise", "message", "state", "state.values", "team", "user"), dict),
    **dict.fromkeys(("view", "view.state", "view.state.values"), dict),
    "response_urls": list,
}
"""What may be absent or null, and has this type when it is there."""

_IDS: Final = (
    "trigger_id",
    "event_id",
    "user.id",
    "user_id",
    "team.id",
    "team_id",
    "enterprise.id",
    "channel.id",
    "channel_id",
)
"""What becomes part of keys: printable ASCII without spaces."""

_ABSENT: Final = object()


class NonsenseError(Exception):
    """The request came from Slack's secret holder but makes no sense; the message says what is missing, quoting nothing."""


def parse(media_type: str, body: bytes) -> dict[str, Any]:
    """The payload in a request's body.

    Args:
        media_type: FORM or JSON, without parameters.
        body: the raw bytes.

    Raises:
        NonsenseError: the body is not of that type, not UTF-8, nested too deeply, or no object.
    """
    try:
        if media_type == JSON:
            return _object(body.decode("utf-8"))
        fields = _fields(body)
        if "command" not in fields and "payload" in fields:
            return _object(fields["payload"])
    except (ValueError, RecursionError):
        message = "unreadable body"
        raise NonsenseError(message) from None
    return dict(fields)


def _fields(body: bytes) -> dict[str, str]:
    pairs = body.split(b"&", _MOST_FIELDS)
    if len(pairs) > _MOST_FIELDS:
        raise ValueError
    parts = (pair.partition(b"=") for pair in pairs if pair)
    return {_unquoted(name): _unquoted(value) for name, _, value in parts}


def _unquoted(text: bytes) -> str:
    """A name or value without percent-encoding, read as the quoted-printable text that it nearly is.

    That takes 4 ns an encoded character; ``urllib`` takes 200, and a message of 200 kB is waited for.
    """
    quoted = text.replace(b"=", b"=3D").replace(b"%", b"=").replace(b"+", b" ")
    plain = binascii.a2b_qp(quoted)
    if len(quoted) - len(plain) != 2 * quoted.count(b"="):
        raise ValueError
    return plain.decode("utf-8")


def _object(text: str) -> dict[str, Any]:
    parsed = json.loads(text)
    if not isinstance(parsed, dict):
        message = "no object"
        raise NonsenseError(message)
    if _MAYBE_LONE_SURROGATE.search(text):
        # Half a character pair cannot be stored or sent; encoding it raises a ValueError.
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    return parsed


def check(payload: dict[str, Any]) -> str:
    """The kind of a payload that makes sense: ``slash``, ``ssl_check``, or Slack's own ``type``.

    Raises:
        NonsenseError: the kind is unknown, or something is missing or of the wrong type.
    """
    kind = _kind(payload)
    if kind == "ssl_check":
        return kind
    if kind == "url_verification":
        _require(isinstance(payload.get("challenge"), str), "challenge")
        return kind
    for path, needed in _NEEDED[kind].items():
        value = _at(payload, path)
        _require(isinstance(value, needed) and (value != "" or path == "value"), path)
    for path, typed in _TYPED.items():
        value = _at(payload, path)
        _require(value is _ABSENT or value is None or isinstance(value, typed), path)
    for path in _IDS:
        value = _at(payload, path)
        _require(value in (_ABSENT, None, "") or _ID.fullmatch(str(value)) is not None, path)
    _check_parts(kind, payload)
    return kind


def makes_sense(payload: object) -> bool:
    """Whether a payload that came by another way than the front door, as Socket Mode's do, would have passed it."""
    if not isinstance(payload, dict):
        return False
    try:
        # Half a character pair cannot be stored or sent.
        json.dumps(payload, ensure_ascii=False).encode("utf-8")
        check(payload)
    except (ValueError, RecursionError, NonsenseError):
        return False
    return True


def _kind(payload: dict[str, Any]) -> str:
    if "command" in payload:
        return "slash"
    if payload.get("ssl_check") == "1":
        return "ssl_check"
    kind = payload.get("type")
    _require(isinstance(kind, str) and (kind in _NEEDED or kind == "url_verification") and kind != "slash", "type")
    return str(kind)


def _check_parts(kind: str, payload: dict[str, Any]) -> None:
    if kind == "slash":
        _require(str(payload["command"]).startswith("/"), "command")
        # A form holds texts alone; Socket Mode may say null or true.
        _require(all(value is None or isinstance(value, str | bool) for value in payload.values()), "fields")
    if kind == "block_actions":
        actions = payload["actions"]
        _require(bool(actions) and all(_is_action(action) for action in actions), "actions")
    if "state.values" in _NEEDED[kind] or kind in {"block_actions", "view_submission"}:
        for path in ("state.values", "view.state.values"):
            values = _at(payload, path)
            _require(values is _ABSENT or values is None or all(_is_inputs(block) for block in values.values()), path)
    _check_what_bolt_reads(payload)
    if kind not in {"slash", "event_callback"}:
        _require(any(isinstance(_at(payload, path), str) for path in ("team.id", "enterprise.id", "user.team_id")), "team")


def _check_what_bolt_reads(payload: dict[str, Any]) -> None:
    """What Bolt looks into as soon as it is there, without asking what it is."""
    _require(isinstance(payload.get("view", {}), dict), "view")
    for name in ("response_urls", "authorizations"):
        entries = payload.get(name, [])
        fits = entries is None and name == "authorizations"
        _require(fits or (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)), name)
    for path in ("event.channel", "event.user"):
        value = _at(payload, path)
        _require(value is _ABSENT or value is None or isinstance(value, str | dict), path)


def _is_action(action: object) -> bool:
    return (
        isinstance(action, dict)
        and all(isinstance(action.get(name), str) and action[name] for name in ("action_id", "type"))
        and all(isinstance(action.get(name, ""), str) for name in ("block_id", "action_ts", "value"))
    )


def _is_inputs(block: object) -> bool:
    return isinstance(block, dict) and all(isinstance(state, dict) for state in block.values())


def _at(payload: dict[str, Any], path: str) -> Any:  # noqa: ANN401 - whatever stands there; that is the question
    value: Any = payload
    for name in path.split("."):
        if not isinstance(value, dict):
            return _ABSENT
        value = value.get(name, _ABSENT)
    return value


def _require(holds: object, what: str) -> None:
    if not holds:
        message = f"unfit {what}"
        raise NonsenseError(message)
