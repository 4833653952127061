"""From Slack to the bot: one payload over Socket Mode or signed HTTP, and what became of it within three seconds."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

import httpx

from bot.playground.slack.messages import Request
from bot.playground.slack.people import Json
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.workspace import Workspace

ACK_SECONDS: Final = 3.0
_FORM: Final = "application/x-www-form-urlencoded"
_ENVELOPES: Final = {"command": "slash_commands", "interaction": "interactive", "event": "events_api"}


Kind = Literal["command", "interaction", "event"]
Transport = Literal["http", "socket", "none"]
Receipt = tuple[int | None, str | None, "Json"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payload made ready for the road: the value for Socket Mode, the body for HTTP."""

    kind: Kind
    payload: Json
    body: str
    content_type: str
    retry: int = 0
    reason: str = ""


class Delivery:
    """The road to the bot. Socket Mode when the bot has a connection, else HTTP to ``bot_url``, else nowhere."""

    def __init__(self, workspace: Workspace, sockets: Sockets, signing_secret: str, ack_seconds: float = ACK_SECONDS) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._signing_secret = signing_secret
        self._ack_seconds = ack_seconds
        self._http = httpx.Client(timeout=ack_seconds, trust_env=False, follow_redirects=False)
        self.bot_url: str | None = None

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def command(self, payload: Json) -> Request:
        """Deliver a slash command, as a form."""
        return self._deliver(Parcel("command", payload, urlencode(payload), _FORM))

    def interaction(self, payload: Json) -> Request:
        """Deliver a click, shortcut or submission, as the form field ``payload``."""
        return self._deliver(Parcel("interaction", payload, urlencode({"payload": json.dumps(payload)}), _FORM))

    def event(self, payload: Json, retry: int = 0, reason: str = "") -> Request:
        """Deliver an event, as JSON; ``retry`` counts from 1 for a repetition."""
        return self._deliver(Parcel("event", payload, json.dumps(payload), "application/json", retry, reason))

    def signed(self, body: str, timestamp: int | None = None) -> dict[str, str]:
        """The signature headers (version v0) of a body; for tests of the bot's front door too."""
        at = int(self._workspace.clock()) if timestamp is None else timestamp
        digest = hmac.new(self._signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}

    def _deliver(self, parcel: Parcel) -> Request:
        started = time.monotonic()
        transport: Transport = "socket" if self._sockets.connected else "http" if self.bot_url else "none"
        ways = {"socket": self._over_socket, "http": self._over_http, "none": _nowhere}
        status, error, answer = ways[transport](parcel)
        ms = (time.monotonic() - started) * 1000
        if error is None and ms > self._ack_seconds * 1000:
            error = "operation_timeout"
        request = Request(parcel.kind, parcel.payload, ms, status, error, transport, answer)
        self._judge(request)
        self._workspace.note_request(request)
        return request

    def _over_socket(self, parcel: Parcel) -> Receipt:
        kind = _ENVELOPES[parcel.kind]
        answer = self._sockets.send(kind, parcel.payload, self._ack_seconds, retry=parcel.retry, reason=parcel.reason)
        return (None, "operation_timeout", {}) if answer is None else (200, None, answer)

    def _over_http(self, parcel: Parcel) -> Receipt:
        headers = self.signed(parcel.body) | {"Content-Type": parcel.content_type, "User-Agent": "Slackbot 1.0 (stand-in)"}
        if parcel.retry:
            headers |= {"X-Slack-Retry-Num": str(parcel.retry), "X-Slack-Retry-Reason": parcel.reason}
        try:
            response = self._http.post(str(self.bot_url), content=parcel.body.encode(), headers=headers)
        except httpx.TimeoutException:
            return None, "operation_timeout", {}
        except httpx.TransportError:
            return None, "app_not_reachable", {}
        return response.status_code, None if response.is_success else "dispatch_failed", _answer(response)

    def _judge(self, request: Request) -> None:
        source = source_of(request)
        if request.error == "operation_timeout":
            self._workspace.breach("late_acknowledgement", f"no acknowledgement within {self._ack_seconds:g} s", source)
        elif request.error == "dispatch_failed":
            self._workspace.breach("refused_payload", f"the bot answered HTTP {request.status}", source)
        if request.answer.get("not_json"):
            self._workspace.breach("strange_acknowledgement", "the acknowledgement says JSON but is none", source)


def source_of(request: Request) -> str:
    """In a few words, which payload it was."""
    payload = request.payload
    if request.kind == "command":
        return str(payload["command"])
    if request.kind == "event":
        return str(payload.get("event", payload).get("type"))
    actions = payload.get("actions") or [{}]
    name = payload.get("callback_id") or actions[0].get("action_id") or payload.get("view", {}).get("callback_id") or ""
    return f"{payload['type']} {name}".strip()


def _nowhere(_parcel: Parcel) -> Receipt:
    return None, "app_not_connected", {}


def _answer(response: httpx.Response) -> Json:
    """The body of an acknowledgement; bare text is the text of a private answer."""
    if "json" in response.headers.get("content-type", ""):
        try:
            answer = response.json()
        except ValueError:
            return {"not_json": True}
        return answer if isinstance(answer, dict) else {}
    return {"text": response.text} if response.is_success and response.text.strip() else {}
