"""Commands that arrive at given moments, whatever came of the ones before, and how long each waits to be acknowledged."""

import selectors
import socket
import time
import urllib.parse
from collections import deque
from collections.abc import Sequence

from tests.benchmarks.bot_process import BotProcess, command, signed

PATIENCE_S = 30


def acknowledged(running: BotProcess, upstream: str, moments: Sequence[float], first: int = 0) -> tuple[list[float], int]:
    """Seconds, ascending, and how many were refused with a sentence; ``moments`` are seconds from now, ascending.

    One thread and bare sockets: what a client of a hundred threads takes by itself would pass for the bot's.
    """
    at = urllib.parse.urlsplit(running.url)
    address = (at.hostname or "", at.port or 0)
    coming = deque((moment, _on_the_wire(upstream, first + number)) for number, moment in enumerate(moments))
    waits: list[float] = []
    refused = 0
    selector = selectors.DefaultSelector()
    start = time.monotonic()
    while len(waits) < len(moments):
        while coming and coming[0][0] <= time.monotonic() - start:
            connection = socket.create_connection(address, timeout=PATIENCE_S)
            connection.sendall(coming.popleft()[1])
            selector.register(connection, selectors.EVENT_READ, time.monotonic())
        for key, _ in selector.select(max(coming[0][0] + start - time.monotonic(), 0) if coming else PATIENCE_S):
            waits.append(time.monotonic() - key.data)
            selector.unregister(key.fileobj)
            with key.fileobj as answered:  # type: ignore[union-attr] # a socket, as registered
                answer = b"".join(iter(lambda: answered.recv(65536), b""))
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer)
            refused += not answer.endswith(b"\r\n\r\n")
    return sorted(waits), refused


def ninety_ninth(waits: Sequence[float]) -> float:
    """Of ascending seconds, in milliseconds."""
    return waits[len(waits) * 99 // 100 - (len(waits) % 100 == 0)] * 1e3


def _on_the_wire(upstream: str, number: int) -> bytes:
    body, headers = signed(command(upstream, number))
    lines = [f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": str(len(body)), "Host": "bot"}.items()]
    return f"POST /slack/events HTTP/1.1\r\n{''.join(lines)}Connection: close\r\n\r\n".encode() + body
