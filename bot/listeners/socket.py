"""Socket Mode: Slack's envelopes over a websocket, watched so that a deaf connection does not look alive."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

_LOG: Final = structlog.get_logger("bot.listeners")
SILENCE_S: Final = 30.0
CONCURRENCY: Final = 32
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0


class _Handler(SocketModeHandler):
    """Hands on what makes sense. What does not is acknowledged, or Slack would send it again, and has no effect."""

    def __init__(self, app: App, app_token: str, makes_sense: Callable[[object], bool], **more: Any) -> None:
        self._makes_sense = makes_sense
        super().__init__(app, app_token, **more)

    # The base class promises to take any client; the built-in handler, and so this one, knows only its own.
    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if self._makes_sense(req.payload):
            super().handle(client, req)
            return
        _LOG.warning("envelope_refused")
        client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class SocketMode:
    """The connection to Slack. ``start`` returns at once; connecting and keeping connected go on in a thread.

    ``makes_sense`` tells whether a payload has the shape of something that Slack sends.
    """

    def __init__(self, app: App, app_token: str, web: WebClient, makes_sense: Callable[[object], bool]) -> None:
        self._handler = _Handler(app, app_token, makes_sense, web_client=web, ping_interval=10, concurrency=CONCURRENCY)
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_connected, name="socket-watch", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._watch.start()

    def stop(self) -> None:
        """Take no more envelopes."""
        self._stopping.set()
        self._handler.client.close()
        self._watch.join(2)

    def ready(self) -> bool:
        """Whether the connection is up and was heard of lately."""
        client = self._handler.client
        if not client.is_connected():
            return False
        session = client.current_session
        heard = session.last_ping_pong_time if session is not None else None
        return heard is None or time.time() - heard < SILENCE_S

    def _keep_connected(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            if not self.ready():
                try:
                    self._handler.client.connect_to_new_endpoint(force=True)
                    pause = FIRST_PAUSE_S
                except (SlackClientError, OSError) as error:
                    _LOG.warning("socket_not_connected", error=type(error).__name__, next_try_s=pause)
                    pause = min(pause * 2, LONGEST_PAUSE_S)
            self._stopping.wait(pause)
