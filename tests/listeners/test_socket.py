"""Whether a connection of Socket Mode counts as ready: only one that was greeted, is heard of, and is not at its end."""

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.app.bot import bolt_app
from bot.listeners.socket import SocketMode
from bot.settings import Environment, read_settings

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455
HELLO = b'{"type":"hello","num_connections":1}'


class Socketeer:
    """A websocket server of Slack's that does what a test wants: greets or not, and hangs up."""

    def __init__(self, *, greets: bool) -> None:
        self.greets = greets
        self.open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self._listening.getsockname()[1]}/"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        request = connection.recv(65536).decode()
        key = next(line.split(": ")[1] for line in request.splitlines() if line.lower().startswith("sec-websocket-key"))
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode(), usedforsecurity=False).digest()).decode()
        head = (
            f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}"
        )
        connection.sendall(f"{head}\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        if self.greets:
            connection.sendall(bytes([0x81, len(HELLO)]) + HELLO)
        self.open.append(connection)

    def close(self) -> None:
        self._listening.close()
        for each in self.open:
            each.close()


class Web(WebClient):
    """Says where the websocket is."""

    address = ""

    def apps_connections_open(self, **_: Any) -> Any:
        return {"url": self.address}


def until(condition: Callable[[], bool], seconds: float) -> float:
    """The seconds until it was so."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it never came to be"
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def connect() -> Iterator[Callable[[Socketeer], SocketMode]]:
    made: list[tuple[SocketMode, Socketeer]] = []

    def start(server: Socketeer) -> SocketMode:
        web = Web(token="xoxb-1")
        web.address = server.address
        app: App = bolt_app(read_settings(Environment({"SLACK_BOT_TOKEN": "xoxb-1"})))
        mode = SocketMode(app, "xapp-1", web, lambda _payload: True)
        mode.start()
        made.append((mode, server))
        return mode

    yield start
    for mode, server in made:
        mode.stop()
        server.close()


def test_a_connection_is_ready_once_it_was_greeted(connect: Callable[[Socketeer], SocketMode]) -> None:
    server = Socketeer(greets=False)
    mode = connect(server)
    until(lambda: len(server.open) == 1, 5)
    time.sleep(0.5)
    assert not mode.ready()
    server.open[0].sendall(bytes([0x81, len(HELLO)]) + HELLO)
    until(mode.ready, 3)


def test_a_connection_that_ends_without_a_word_is_noticed_at_once_and_replaced(
    connect: Callable[[Socketeer], SocketMode],
) -> None:
    server = Socketeer(greets=True)
    mode = connect(server)
    until(mode.ready, 5)
    server.open[0].shutdown(socket.SHUT_RDWR)
    until(lambda: not mode.ready(), 6)
    until(lambda: mode.ready() and len(server.open) == 2, 10)


def test_a_deaf_connection_is_not_ready_within_ten_seconds_and_replaced_within_thirty(
    connect: Callable[[Socketeer], SocketMode],
) -> None:
    server = Socketeer(greets=True)
    mode = connect(server)
    until(mode.ready, 5)
    until(lambda: not mode.ready(), 60)
    until(lambda: len(server.open) >= 2 and mode.ready(), 60)
