"""Socket Mode: a real websocket server; a payload goes to any one of the bot's connections, which acknowledges it."""

import contextlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from bot.playground.slack.people import Json

_HOST: Final = "127.0.0.1"
_MOST_CONNECTIONS: Final = 10


class Sockets:
    """The websocket side of the stand-in. ``changed`` is called when a bot connects or leaves."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._answers: dict[str, Json] = {}
        self._answered = threading.Condition()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen on a free loopback port."""
        quiet = logging.getLogger("bot.playground.slack.sockets")
        quiet.setLevel(logging.CRITICAL)
        self._server = serve(self._converse, _HOST, 0, process_request=self._admit, logger=quiet, close_timeout=0.5)
        self._thread = threading.Thread(target=self._server.serve_forever, name="slack-stand-in-sockets", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server = None

    def new_address(self) -> str:
        """A websocket address that opens once, as apps.connections.open gives it. Raises RuntimeError before ``start``."""
        if self._server is None:
            reason = "the stand-in is not started"
            raise RuntimeError(reason)
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"ws://{_HOST}:{self._server.socket.getsockname()[1]}/link/?ticket={ticket}&app_id=stand-in"

    @property
    def connected(self) -> bool:
        """Whether the bot has a connection."""
        return bool(self._connections)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to leave, as Slack does about once an hour."""
        for connection in list(self._connections):
            with contextlib.suppress(ConnectionClosed):
                connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}))

    def send(self, kind: str, payload: Json, timeout: float, *, retry: int = 0, reason: str = "") -> Json | None:
        """Hand a payload to one connection; what the acknowledgement carried, or None when there was none in time."""
        envelope_id = secrets.token_hex(12)
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        if not self._hand_over(json.dumps(envelope)):
            return None
        end = time.monotonic() + timeout
        with self._answered:
            self._answered.wait_for(lambda: envelope_id in self._answers, max(0.0, end - time.monotonic()))
            return self._answers.pop(envelope_id, None)

    def _hand_over(self, message: str) -> bool:
        """Slack picks any one connection; here the newest that still lives, then the next."""
        for connection in reversed(list(self._connections)):
            try:
                connection.send(message)
            except ConnectionClosed:
                continue
            return True
        return False

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = request.path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            return connection.respond(HTTPStatus.NOT_FOUND, "link_disabled\n")
        if len(self._connections) >= _MOST_CONNECTIONS:
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "too_many_websockets\n")
        self._tickets.discard(ticket)
        return None

    def _converse(self, connection: ServerConnection) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": _HOST, "approximate_connection_time": 3600},
            "connection_info": {"app_id": "stand-in"},
        }
        connection.send(json.dumps(hello))
        self._connections.append(connection)
        self._changed()
        try:
            for frame in connection:
                self._take_answer(frame)
        finally:
            self._connections.remove(connection)
            self._changed()

    def _take_answer(self, frame: str | bytes) -> None:
        try:
            answer = json.loads(frame)
        except ValueError:
            return
        if isinstance(answer, dict) and isinstance(answer.get("envelope_id"), str):
            payload = answer.get("payload")
            with self._answered:
                self._answers[answer["envelope_id"]] = payload if isinstance(payload, dict) else {}
                self._answered.notify_all()
