"""HTTP/1.1 with keep-alive on loopback, a thread a connection: bytes to Request, Answer to bytes, slowly where ordered."""

import socket
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from bot.playground.alibaba.faults import Body
from bot.playground.alibaba.rendering import zipped
from bot.playground.alibaba.wire import Answer, Request

LARGEST_BODY: Final = 1024 * 1024
DRIP_SECONDS: Final = 0.25
_EVERY_ANSWER: Final = {
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
    "Keep-Alive": "timeout=25",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and how it is sent: at once after ``delay_s`` seconds, or as ``drip``, ``hang``, ``truncated`` say."""

    answer: Answer
    delay_s: float = 0
    body: Body | None = None


class Server(ThreadingHTTPServer):
    """The listening socket. ``stopping`` wakes everybody who is slow on purpose."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], serve: Callable[[Request], Reply], clock: Callable[[], datetime]) -> None:
        self.serve = serve
        self.clock = clock
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Serve one connection, known to be open meanwhile. Overrides the thread's body of ThreadingMixIn."""
        connection = request if not isinstance(request, tuple) else request[1]
        with self._lock:
            self._open.add(connection)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.discard(connection)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close a connection under the lock that ``cut`` takes, so that no foreign descriptor is ever shut down."""
        with self._lock:
            super().shutdown_request(request)

    def cut(self) -> None:
        """Stop being slow and end the connections that are kept alive."""
        self.stopping.set()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client may have left already
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Be silent about a client that left early: it is what clients with a deadline do."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: Server

    def _serve(self) -> None:
        length = self.headers.get("content-length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY or "transfer-encoding" in self.headers:
            self.close_connection = True
            self._send(Answer(413, b"", "text/plain"), None)
            return
        path, _, query = self.path.partition("?")
        headers = defaultdict[str, tuple[str, ...]](tuple)
        for name, value in self.headers.items():
            headers[name.lower()] += (value.encode("latin-1").decode("utf-8", "replace"),)
        body = self.rfile.read(int(length))
        request = Request(self.command, path, query, dict(headers), body, str(self.client_address[0]))
        reply = self.server.serve(request)
        if reply.delay_s:
            self.server.stopping.wait(reply.delay_s)
        if reply.body == "hang":
            self.server.stopping.wait()
            self.close_connection = True
            return
        may_zip = "gzip" in request.header("accept-encoding") and reply.body is None
        self._send(zipped(reply.answer) if may_zip else reply.answer, reply.body)

    def _send(self, answer: Answer, how: Body | None) -> None:
        if how == "truncated":
            self.close_connection = True
        head = self._head(answer)
        if how == "drip":
            self.wfile.write(head)
            self._drip(answer.body)
            return
        content = answer.body[: len(answer.body) // 2] if how == "truncated" else answer.body
        self.wfile.write(head + content)  # one write: a second one would wait for the client's delayed acknowledgement

    def _head(self, answer: Answer) -> bytes:
        headers = {
            "Date": format_datetime(self.server.clock(), usegmt=True),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **_EVERY_ANSWER,
            **dict(answer.headers),
        }
        lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _drip(self, content: bytes) -> None:
        for place in range(len(content)):
            if self.server.stopping.wait(DRIP_SECONDS):
                self.close_connection = True
                return
            self.wfile.write(content[place : place + 1])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of http.server
        """Log nothing: request lines hold RequestIds and tickets."""

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names
