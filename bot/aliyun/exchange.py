"""A connection: how it is made before the deadline, and one exchange after another over it.

httpx's own engine, httpcore, costs as much again as h11, the protocol that it is made of; so h11 is spoken here. The system's
resolver cannot be interrupted, so it runs in a thread of its own that a caller leaves behind when time is up. One thread a name
at most: callers of the same name wait for the same answer.
"""

import contextlib
import ipaddress
import select
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Final

import h11

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import (
    ConnectionFailedError,
    DeadlineError,
    Failure,
    StrangeAnswerError,
    TruncatedAnswerError,
)

LARGEST_BODY: Final = 1 << 20
_LARGEST_HEAD: Final = 100 * 1024
_LARGEST_ANSWER: Final = LARGEST_BODY + 2 * _LARGEST_HEAD
_AT_ONCE: Final = 1 << 16


class Connection:
    """An open connection to an origin. ``idle_since`` is when its last exchange ended, in seconds of the monotonic clock."""

    def __init__(self, origin: str, connection: socket.socket) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self._socket = connection
        self._talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)

    def exchange(self, request: h11.Request, body: bytes, deadline: Deadline) -> tuple[h11.Response, bytes]:
        """Send a request, and read its answer whole. Raises as ``Transport.send`` does."""
        talk, answer, content, size, chunk = self._talk, None, bytearray(), 0, b"-"
        self._send((request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()), deadline)
        try:
            while not isinstance(event := talk.next_event(), h11.EndOfMessage):
                if event is h11.NEED_DATA:
                    chunk = self._receive(deadline, answer)
                    talk.receive_data(chunk)
                    size += len(chunk)
                elif isinstance(event, h11.Data):
                    content += event.data
                elif isinstance(event, h11.Response):
                    answer, deadline = event, deadline.of_body()
                elif not isinstance(event, h11.InformationalResponse):
                    break
                if size > _LARGEST_ANSWER or len(content) > LARGEST_BODY:
                    raise StrangeAnswerError(_failure("too_large", answer))
        except h11.RemoteProtocolError:
            event = None
        if answer is not None and isinstance(event, h11.EndOfMessage):
            return answer, bytes(content)
        # Raised out here, so that it drags no exception along that knows the request and its headers.
        if chunk or not size:
            raise StrangeAnswerError(_failure("not_http", answer)) if chunk else ConnectionFailedError(_failure("reset"))
        raise TruncatedAnswerError(_failure("truncated", answer))

    def ends(self) -> bool:
        """Whether the exchange ended so that another one may follow."""
        talk = self._talk
        if talk.our_state is not h11.DONE or talk.their_state is not h11.DONE or talk.trailing_data[0]:
            return False
        talk.start_next_cycle()
        return True

    def is_alive(self) -> bool:
        """Whether the server has left an idle connection open: something to read would be the end, or nobody's answer."""
        return not is_readable(self._socket)

    def close(self) -> None:
        """Close it, whatever it is in the middle of."""
        self._socket.close()

    def _send(self, events: Iterable[h11.Event], deadline: Deadline) -> None:
        rest = memoryview(b"".join([self._talk.send(each) or b"" for each in events]))
        while rest:
            self._socket.settimeout(deadline.left_for("send"))
            try:
                rest = rest[self._socket.send(rest) :]
            except TimeoutError:
                raise DeadlineError(Failure(reason="send")) from None
            except OSError:
                return  # what the server said before it hung up is still read

    def _receive(self, deadline: Deadline, answer: h11.Response | None) -> bytes:
        try:
            if not deadline.expired:
                self._socket.settimeout(deadline.remaining())
                return self._socket.recv(_AT_ONCE)
        except TimeoutError:
            pass
        except OSError:
            raise ConnectionFailedError(_failure("reset", answer)) from None
        raise DeadlineError(_failure("read", answer))


def _failure(reason: str, answer: h11.Response | None = None) -> Failure:
    return Failure(reason=reason, http_status=answer.status_code if answer else None)


def is_readable(connection: socket.socket) -> bool:
    """Whether something can be read at once, if only the end. A closed socket is readable."""
    if connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


Addresses = list[tuple[int, tuple[str, int]]]


def system_resolver(host: str, port: int) -> Addresses:
    """Address family and socket address of each address that the system knows for a host."""
    return [(info[0], (str(info[4][0]), int(info[4][1]))) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Dialer:
    """Connects to hosts. Thread-safe. ``resolve`` may block for as long as it likes; it raises OSError on failure."""

    def __init__(self, resolve: Callable[[str, int], Addresses] = system_resolver) -> None:
        self._resolve = resolve
        self._lock = threading.Lock()
        self._pending: dict[tuple[str, int], Future[Addresses]] = {}

    def connect(self, host: str, port: int, deadline: Deadline) -> socket.socket:
        """A connected socket; each of the host's addresses gets its share of the time left.

        Raises:
            DeadlineError: Time was up.
            ConnectionFailedError: ``reason`` is dns, refused or unreachable.
        """
        addresses = self._addresses(host, port, deadline)
        failure: OSError | None = None
        for number, (family, address) in enumerate(addresses):
            if deadline.expired:
                break
            connection = None
            try:
                connection = socket.socket(family, socket.SOCK_STREAM)
                connection.settimeout(max(deadline.remaining() / (len(addresses) - number), 0.001))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                if connection is not None:
                    connection.close()
                failure = error
            else:
                return connection
        if deadline.expired:
            raise DeadlineError(Failure(reason="connect"))
        reason = "refused" if isinstance(failure, ConnectionRefusedError) else "unreachable"
        raise ConnectionFailedError(Failure(reason=reason))

    def _addresses(self, host: str, port: int, deadline: Deadline) -> Addresses:
        with contextlib.suppress(ValueError):
            version = ipaddress.ip_address(host).version
            return [(socket.AF_INET if version == 4 else socket.AF_INET6, (host, port))]  # noqa: PLR2004 -- IP version 4
        answer = self._ask(host, port)
        try:
            addresses = answer.result(deadline.remaining())
        except TimeoutError:
            raise DeadlineError(Failure(reason="dns")) from None
        except OSError:
            addresses = []
        if not addresses:
            raise ConnectionFailedError(Failure(reason="dns"))
        return addresses

    def _ask(self, host: str, port: int) -> Future[Addresses]:
        with self._lock:
            pending = self._pending.get((host, port))
            if pending is None:
                pending = Future()
                try:
                    threading.Thread(target=self._answer, args=(host, port, pending), daemon=True, name="resolver").start()
                except RuntimeError:  # no thread can be had: this call fails, and the next one asks anew
                    raise ConnectionFailedError(Failure(reason="dns")) from None
                self._pending[host, port] = pending
            return pending

    def _answer(self, host: str, port: int, answer: Future[Addresses]) -> None:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            answer.set_exception(OSError(type(error).__name__))
        else:
            answer.set_result(addresses)
        finally:
            with self._lock:
                del self._pending[host, port]
