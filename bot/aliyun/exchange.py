"""One exchange: what it may still take, what has come of it, and how its connection is made before the deadline.

The system's resolver cannot be interrupted, so it runs in a thread of its own that a caller leaves behind when time is up.
One thread a name at most: callers of the same name wait for the same answer.
"""

import contextlib
import ipaddress
import select
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import ConnectionFailedError, DeadlineError, Failure, StrangeAnswerError

LARGEST_BODY: Final = 1 << 20
_LARGEST_HEAD: Final = 1 << 18


class Exchange:
    """The exchange that a thread is in the middle of: what it may still take, and what has come."""

    __slots__ = ("deadline", "ended", "received")

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.received = 0
        self.ended = False

    def allow(self, step: str) -> float:
        """Seconds that a step may take."""
        left = self.deadline.remaining()
        if left <= 0:
            raise DeadlineError(Failure(reason=step))
        return left

    def receive(self, size: int) -> None:
        """Count what came; nothing means that the server has hung up."""
        self.ended = size == 0
        self.received += size
        if self.received > LARGEST_BODY + _LARGEST_HEAD:
            raise StrangeAnswerError(Failure(reason="too_large"))


class Current(threading.local):
    """The exchange of the thread that asks: httpcore hands its streams a timeout a step, and no deadline."""

    exchange: Exchange


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
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(max(deadline.remaining() / (len(addresses) - number), 0.001))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
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
                pending = self._pending[host, port] = Future()
                threading.Thread(target=self._answer, args=(host, port, pending), daemon=True, name="resolver").start()
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
