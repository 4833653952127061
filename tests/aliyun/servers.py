"""A loopback server that says, byte for byte, what a test tells it, and counts who came."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers each request by ``script``; the list's last entry serves all that follow. Leaves no socket open."""

    scripts: list[Callable[[socket.socket, Heard], None]]
    heard: list[Heard] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    connections: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=128))
    stopped: threading.Event = field(default_factory=threading.Event)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.stopped.set()
        with suppress(OSError):  # a closed socket would leave accept() waiting
            self.listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._begin(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), plain:
            if self.tls is None:
                self._converse(plain)
            else:
                plain.settimeout(10)
                with self.tls.wrap_socket(plain, server_side=True) as connection:
                    connection.settimeout(None)
                    self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        with self._lock:
            if self.stopped.is_set():
                return
            self._open.add(connection)
        try:
            while (heard := _hear(connection)) is not None:
                with self._lock:
                    self.heard.append(heard)
                    script = self.scripts[min(len(self.heard), len(self.scripts)) - 1]
                script(connection, heard)
        finally:
            with self._lock:
                self._open.discard(connection)


def _hear(connection: socket.socket) -> Heard | None:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    line, *fields = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (item.partition(": ") for item in fields)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Heard(line, headers, body)


def http(status: int, body: bytes | dict[str, object], **headers: str) -> bytes:
    """The bytes of an HTTP answer; header names with underscores for dashes."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    told = {"content-type": "application/json", "content-length": str(len(content))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + content


def says(answer: bytes) -> Callable[[socket.socket, Heard], None]:
    """Say this, and wait for the next request."""
    return lambda connection, _: connection.sendall(answer)


def says_and_leaves(answer: bytes) -> Callable[[socket.socket, Heard], None]:
    """Say this, and hang up."""

    def script(connection: socket.socket, _: Heard) -> None:
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def resets(connection: socket.socket, _: Heard) -> None:
    """Tear the connection down with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hangs(connection: socket.socket, _: Heard) -> None:
    """Say nothing, until the other side goes."""
    connection.recv(1)


def drips(answer: bytes, start: int = 0) -> Callable[[socket.socket, Heard], None]:
    """Say ``start`` bytes at once and then one byte every 20 ms."""

    def script(connection: socket.socket, _: Heard) -> None:
        pause = threading.Event()
        connection.sendall(answer[:start])
        for byte in answer[start:]:
            connection.sendall(bytes([byte]))
            pause.wait(0.02)

    return script


@contextmanager
def serving(*scripts: Callable[[socket.socket, Heard], None] | bytes, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server with one script a request, in order; bytes are said as they are."""
    with Server([says(script) if isinstance(script, bytes) else script for script in scripts], tls=tls) as server:
        yield server


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
