"""Socket Mode: Slack's envelopes over a websocket, watched so that a deaf connection does not look alive."""

import re
import select
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
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
SILENCE_S: Final = 10.0
PING_S: Final = 3
_LOOKS_EVERY_S: Final = 0.1
_GREETING: Final = 200
_HELLO: Final = re.compile(r'"type"\s*:\s*"hello"')
_ENDED: Final = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
CONCURRENCY: Final = 32
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0


class _Handler(SocketModeHandler):
    """Hands on what makes sense. What does not is acknowledged, or Slack would send it again, and has no effect."""

    def __init__(
        self,
        app: App,
        app_token: str,
        makes_sense: Callable[[object], bool],
        acknowledging: Callable[[Callable[[], None]], None],
        **more: Any,
    ) -> None:
        self._makes_sense = makes_sense
        self._acknowledging = acknowledging
        super().__init__(app, app_token, **more)

    # The base class promises to take any client; the built-in handler, and so this one, knows only its own.
    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if self._makes_sense(req.payload):
            self._acknowledging(partial(super().handle, client, req))
            return
        _LOG.warning("envelope_refused")
        client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class SocketMode:
    """The connection to Slack. ``start`` returns at once; connecting and keeping connected go on in a thread.

    ``makes_sense`` tells whether a payload has the shape of something that Slack sends; ``acknowledging`` does what ends with
    an acknowledgement.
    """

    def __init__(
        self,
        app: App,
        app_token: str,
        web: WebClient,
        makes_sense: Callable[[object], bool],
        acknowledging: Callable[[Callable[[], None]], None] = lambda work: work(),
    ) -> None:
        self._handler = _Handler(
            app, app_token, makes_sense, acknowledging, web_client=web, ping_interval=PING_S, concurrency=CONCURRENCY
        )
        client = self._handler.client
        # One keeps it connected; two at once would leave a connection behind that nobody reads.
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.on_message_listeners.append(self._listen)
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_connected, name="socket-watch", daemon=True)
        self._greeted = False
        self._pong: float | None = None
        self._heard_at = 0.0

    def start(self) -> None:
        """Begin to connect."""
        self._watch.start()

    def stop(self) -> None:
        """Take no more envelopes."""
        self._stopping.set()
        self._handler.client.close()
        self._watch.join(2)

    def ready(self) -> bool:
        """Whether Slack said hello on a connection that is not at its end, and was heard of within the last seconds."""
        session = self._handler.client.current_session
        if not self._greeted or session is None or not self._handler.client.is_connected() or _at_its_end(session.sock):
            return False
        if session.last_ping_pong_time != self._pong:
            # The library notes by the clock of the day, which may jump.
            self._pong, self._heard_at = session.last_ping_pong_time, time.monotonic()
        return time.monotonic() - self._heard_at < SILENCE_S

    def _listen(self, message: str) -> None:
        if _HELLO.search(message[:_GREETING]):
            self._greeted, self._heard_at = True, time.monotonic()

    def _keep_connected(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            if not self.ready():
                self._greeted = False
                try:
                    self._handler.client.connect_to_new_endpoint(force=True)
                    pause = FIRST_PAUSE_S
                    self._await_greeting()
                except (SlackClientError, OSError) as error:
                    _LOG.warning("socket_not_connected", error=type(error).__name__, next_try_s=pause)
                    pause = min(pause * 2, LONGEST_PAUSE_S)
            self._stopping.wait(pause)

    def _await_greeting(self) -> None:
        until = time.monotonic() + SILENCE_S
        while not self._greeted and time.monotonic() < until and not self._stopping.wait(_LOOKS_EVERY_S):
            pass


def _at_its_end(connection: socket.socket | None) -> bool:
    """Whether the other side has closed; the library reads on from such a connection without a word."""
    if connection is None:
        return True
    poll = select.poll()
    try:
        poll.register(connection, _ENDED)
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True
