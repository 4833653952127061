"""One HTTP exchange before an absolute deadline: the only importer of httpx and httpcore in this package.

httpx has no total deadline, unpacks compressed bombs and logs URLs. So: every read and write gets what is left of the
deadline, however slowly a server drips; at most 1 MiB of raw body is read; compressed answers are refused, redirects not
followed; certificates are verified; proxies of the environment are not used; the libraries' loggers are silent.
"""

import logging
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, cast

import httpcore
import httpx

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    AliyunError,
    ConnectionFailedError,
    DeadlineError,
    Failure,
    StrangeAnswerError,
    TruncatedAnswerError,
)
from bot.aliyun.exchange import LARGEST_BODY, Current, Dialer, Exchange, is_readable
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request

_KEEPALIVE_S: Final = 20.0  # the gateways announce 25

_PARTS: Final = ("", ".connection", ".http11", ".http2", ".proxy", ".socks")
# By the names that they have: httpx2 may stand in their place.
_TALKATIVE: Final = (httpx.__name__, *(f"{httpcore.__name__}{part}" for part in _PARTS))


class Transport:
    """Sends signed requests over one small pool of connections. Thread-safe."""

    def __init__(
        self,
        *,
        dialer: Dialer | None = None,
        tls: ssl.SSLContext | None = None,
        max_connections: int = 64,
    ) -> None:
        _silence_libraries()
        self._current = Current()
        # No more exchanges at once than there may be connections, so that httpcore never closes an idle one for lack of room:
        # it does so while another thread, to which it has just given that connection, begins to use it.
        self._room = threading.BoundedSemaphore(max_connections)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=_KEEPALIVE_S,
            network_backend=_Network(self._current, dialer or Dialer()),
        )
        self._pool_transport = _PoolTransport(self._pool, self._current)

    def send(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """Send a request with its signed headers and read the whole answer.

        Raises:
            DeadlineError: The answer was not complete in time.
            ConnectionFailedError: No connection, or it broke before the head of the answer.
            StrangeAnswerError: Not HTTP, cut off, too large, or compressed.
        """
        outgoing = _outgoing(request, headers)
        exchange = Exchange(deadline)
        if not self._room.acquire(timeout=exchange.allow("pool")):
            raise DeadlineError(Failure(reason="pool"))
        self._current.exchange = exchange
        status: int | None = None
        try:
            # Straight to the transport: a client around it would add cookies, redirects and a log line with the URL.
            response = self._pool_transport.handle_request(outgoing)
            status = response.status_code
            try:
                return _read(response)
            finally:
                response.close()
        except httpcore.ProtocolError:
            failure = _failure(exchange, status)
        finally:
            del self._current.exchange
            self._room.release()
        # Raised out here, so that it drags no exception along that knows the request and its headers.
        raise failure

    @property
    def open_connections(self) -> int:
        """How many connections are open, idle ones included."""
        return len(self._pool.connections)

    def close(self) -> None:
        """Close all connections; to be called once, when nothing is sent any more."""
        self._pool_transport.close()


def _silence_libraries() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.disabled = True


@lru_cache(maxsize=64)
def _origin(scheme: str, host: str) -> httpx.URL:
    return httpx.URL(f"{scheme}://{host}")


def _outgoing(request: Request, headers: Mapping[str, str]) -> httpx.Request:
    target = f"{request.path}?{request.query}" if request.query else request.path
    raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    if request.method != "GET":
        raw.append((b"content-length", b"%d" % len(request.body)))
    # The target next to the URL goes out byte for byte as it was signed, and costs no parsing; with a stream, httpx adds no
    # header of its own.
    return httpx.Request(
        request.method,
        _origin(request.scheme, request.host),
        headers=raw,
        stream=httpx.ByteStream(request.body),
        extensions={"target": target.encode("ascii")},
    )


def _read(response: httpx.Response) -> HttpAnswer:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise StrangeAnswerError(Failure(http_status=response.status_code, reason="compressed"))
    body = bytearray()
    for chunk in cast("Iterable[bytes]", response.stream):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise StrangeAnswerError(Failure(http_status=response.status_code, reason="too_large"))
    return HttpAnswer(response.status_code, headers, bytes(body))


def _failure(exchange: Exchange, status: int | None) -> AliyunError:
    if not exchange.ended:
        return StrangeAnswerError(Failure(reason="not_http"))
    if exchange.received:
        return TruncatedAnswerError(Failure(reason="truncated", http_status=status))
    return ConnectionFailedError(Failure(reason="reset"))


class _PoolTransport(httpx.BaseTransport):
    """httpx's side of the pool."""

    def __init__(self, pool: httpcore.ConnectionPool, current: Current) -> None:
        self._pool = pool
        self._current = current

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=request.extensions["target"]),
                headers=request.headers.raw,
                content=request.stream,
            )
        )
        return httpx.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Network(httpcore.NetworkBackend):
    """Opens streams that keep to the deadline of whichever exchange uses them."""

    def __init__(self, current: Current, dialer: Dialer) -> None:
        self._current = current
        self._dialer = dialer

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del timeout, local_address, socket_options
        return _Stream(self._dialer.connect(host, port, self._current.exchange.deadline), self._current)


class _Stream(httpcore.NetworkStream):
    def __init__(self, connection: socket.socket, current: Current) -> None:
        self._connection = connection
        self._current = current

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        exchange = self._current.exchange
        self._connection.settimeout(exchange.allow("read"))
        try:
            received = self._connection.recv(max_bytes)
        except TimeoutError:
            raise DeadlineError(Failure(reason="read")) from None
        except OSError:
            raise ConnectionFailedError(Failure(reason="reset")) from None
        exchange.receive(len(received))
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        rest = memoryview(buffer)
        while rest:
            self._connection.settimeout(self._current.exchange.allow("send"))
            try:
                rest = rest[self._connection.send(rest) :]
            except TimeoutError:
                raise DeadlineError(Failure(reason="send")) from None
            except OSError:
                # httpcore still reads what a server said before it hung up.
                raise httpcore.WriteError from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        try:
            self._connection.settimeout(self._current.exchange.allow("connect"))
            secured = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise DeadlineError(Failure(reason="connect")) from None
        except OSError:
            self.close()
            raise ConnectionFailedError(Failure(reason="tls")) from None
        return _Stream(secured, self._current)

    def close(self) -> None:
        self._connection.close()

    def get_extra_info(self, info: str) -> object:
        if info == "ssl_object" and isinstance(self._connection, ssl.SSLSocket):
            return self._connection
        if info == "is_readable":
            # An idle connection with something to read is one that the server has closed.
            return is_readable(self._connection)
        return None
