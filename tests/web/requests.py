"""Slack's requests as Slack makes them: payloads of every kind, and the signature over their bytes."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET, media_type: str = FORM) -> dict[str, str]:
    """The headers of a request with this body."""
    timestamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}", "Content-Type": media_type}


def slash(text: str = "help", **fields: str) -> bytes:
    """The body of a slash command."""
    form = {
        "token": "legacy",
        "team_id": "T0REQLOG1",
        "team_domain": "example",
        "channel_id": "C0INCIDENT",
        "channel_name": "inc-42",
        "user_id": "U0ALICE",
        "user_name": "alice",
        "command": "/requestlog",
        "text": text,
        "api_app_id": "A0REQLOG",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0REQLOG1/1/x",
        "trigger_id": f"1.2.{time.monotonic_ns()}",
    }
    return urlencode(form | fields).encode()


def interaction(payload: dict[str, Any]) -> bytes:
    """The body of an interaction."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def block_actions(**changes: Any) -> dict[str, Any]:
    """A button that was pressed."""
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U0ALICE", "username": "alice", "team_id": "T0REQLOG1"},
        "api_app_id": "A0REQLOG",
        "token": "legacy",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0INCIDENT", "is_ephemeral": True},
        "trigger_id": "1.2.3",
        "team": {"id": "T0REQLOG1", "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C0INCIDENT", "name": "inc-42"},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T0REQLOG1/1/x",
        "actions": [{"action_id": "share", "block_id": "b", "type": "button", "value": "v", "action_ts": "1.2"}],
    }
    return payload | changes


VIEW = {"id": "V1", "type": "modal", "callback_id": "ticket", "private_metadata": "", "state": {"values": {"b": {"a": {}}}}}
ACTOR = {"user": {"id": "U0ALICE"}, "team": {"id": "T0REQLOG1"}}

KINDS: dict[str, dict[str, Any]] = {
    "block_actions": block_actions(),
    "block_actions in a modal": block_actions(view=VIEW, channel=None, response_url=None, container={"type": "view"}),
    "block_actions of an org-wide install": block_actions(team=None, enterprise={"id": "E1", "name": "x"}),
    "block_suggestion": {"type": "block_suggestion", **ACTOR, "action_id": "a", "block_id": "b", "value": ""},
    "view_submission": {"type": "view_submission", **ACTOR, "trigger_id": "1.2.4", "view": VIEW, "response_urls": []},
    "view_closed": {"type": "view_closed", **ACTOR, "view": VIEW, "is_cleared": False},
    "message_action": {
        "type": "message_action",
        **ACTOR,
        "callback_id": "explain",
        "trigger_id": "1.2.5",
        "response_url": "https://hooks.slack.com/app/T0REQLOG1/1/x",
        "message_ts": "1.2",
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"type": "message", "text": "\u200bRequestId 阿里云 😀", "ts": "1.2", "blocks": []},
    },
    "shortcut": {"type": "shortcut", **ACTOR, "callback_id": "explain_text", "trigger_id": "1.2.6"},
}

EVENT = {
    "type": "event_callback",
    "token": "legacy",
    "team_id": "T0REQLOG1",
    "api_app_id": "A0REQLOG",
    "event_id": "Ev1",
    "event_time": 1,
    "event": {"type": "app_mention", "user": "U0ALICE", "text": "<@B> help", "ts": "1.2", "channel": "C1"},
}
