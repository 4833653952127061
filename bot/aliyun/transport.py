"""One HTTP exchange before an absolute deadline: the only importer of httpx in this package.

httpx's client has no total deadline, unpacks compressed bombs and logs URLs; so this is a transport of its own for httpx's
requests and responses. Every read and write gets what is left of the deadline, however slowly a server drips; at most 1 MiB of
raw body is read; compressed answers are refused, redirects not followed; certificates are verified; proxies of the environment
are not used.
"""

import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, cast

import h11
import httpx

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import ConnectionFailedError, DeadlineError, Failure, StrangeAnswerError
from bot.aliyun.exchange import Connection, Dialer
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request
from bot.descriptors import at_most

_KEEPALIVE_S: Final = 20.0  # the gateways announce 25
_PORTS: Final = {"http": 80, "https": 443}


class Transport(httpx.BaseTransport):
    """Sends signed requests over one small pool of connections. Thread-safe."""

    def __init__(
        self,
        *,
        dialer: Dialer | None = None,
        tls: ssl.SSLContext | None = None,
        max_connections: int = at_most(64),
    ) -> None:
        self._dialer = dialer or Dialer()
        self._tls = tls or httpx.create_ssl_context()
        self._room = threading.BoundedSemaphore(max_connections)
        self._lock = threading.Lock()
        self._open: set[Connection] = set()
        self._idle: deque[Connection] = deque()

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """Send a request with its signed headers and read the whole answer.

        Raises:
            DeadlineError: The answer was not complete in time.
            ConnectionFailedError: No connection, or it broke before the head of the answer.
            StrangeAnswerError: Not HTTP, cut off, too large, or compressed.
        """
        target = f"{request.path}?{request.query}" if request.query else request.path
        raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        if request.method != "GET":
            raw.append((b"content-length", b"%d" % len(request.body)))
        # The target next to the URL goes out byte for byte as it was signed, and costs no parsing; with a stream, httpx adds
        # no header of its own. A client around this would add cookies, redirects and a log line with the URL.
        outgoing = httpx.Request(
            request.method,
            _origin(request.scheme, request.host),
            headers=raw,
            stream=httpx.ByteStream(request.body),
            extensions={"target": target.encode("ascii"), "deadline": deadline},
        )
        response = self.handle_request(outgoing)
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        if told.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise StrangeAnswerError(Failure(http_status=response.status_code, reason="compressed"))
        return HttpAnswer(response.status_code, told, b"".join(cast("Iterable[bytes]", response.stream)))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange of httpx's; the extensions ``target`` and ``deadline`` say what goes out, and until when it may take."""
        deadline: Deadline = request.extensions["deadline"]
        if not self._room.acquire(timeout=deadline.left_for("pool")):
            raise DeadlineError(Failure(reason="pool"))
        try:
            connection = self._kept(str(request.url)) or self._connect(request.url, deadline)
            try:
                said = h11.Request(method=request.method, target=request.extensions["target"], headers=request.headers.raw)
                answer, body = connection.exchange(said, b"".join(cast("Iterable[bytes]", request.stream)), deadline)
            finally:
                self._keep(connection)
        finally:
            self._room.release()
        return httpx.Response(answer.status_code, headers=list(answer.headers), stream=httpx.ByteStream(body))

    def _kept(self, origin: str) -> Connection | None:
        """The connection to an origin that was used last and can be used again."""
        while True:
            with self._lock:
                while self._idle and self._idle[0].idle_since < time.monotonic() - _KEEPALIVE_S:
                    self._drop(self._idle.popleft())
                found = next((each for each in reversed(self._idle) if each.origin == origin), None)
                if found is None:
                    return None
                self._idle.remove(found)
                if found.is_alive():
                    return found
                self._drop(found)

    def _keep(self, connection: Connection) -> None:
        connection.idle_since = time.monotonic()
        with self._lock:
            if connection.ends():
                self._idle.append(connection)
            else:
                self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        connection.close()
        self._open.discard(connection)

    def _connect(self, url: httpx.URL, deadline: Deadline) -> Connection:
        host = url.raw_host.decode("ascii")
        plain = self._dialer.connect(host, url.port or _PORTS[url.scheme], deadline)
        connection = Connection(str(url), _secured(plain, self._tls, host, deadline) if url.scheme == "https" else plain)
        with self._lock:
            self._open.add(connection)
        return connection

    @property
    def open_connections(self) -> int:
        """How many connections are open, idle ones included."""
        return len(self._open)

    def close(self) -> None:
        """Close all connections; to be called once, when nothing is sent any more."""
        with self._lock:
            for connection in tuple(self._open):
                self._drop(connection)
            self._idle.clear()


@lru_cache(maxsize=64)
def _origin(scheme: str, host: str) -> httpx.URL:
    return httpx.URL(f"{scheme}://{host}")


def _secured(plain: socket.socket, tls: ssl.SSLContext, host: str, deadline: Deadline) -> socket.socket:
    try:
        plain.settimeout(deadline.left_for("connect"))
        return tls.wrap_socket(plain, server_hostname=host)
    except TimeoutError:
        plain.close()
        raise DeadlineError(Failure(reason="connect")) from None
    except OSError:
        plain.close()
        raise ConnectionFailedError(Failure(reason="tls")) from None
