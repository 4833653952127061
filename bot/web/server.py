"""waitress, with the edges that a public port needs: nobody may be too large, too slow, or get a 5xx for nonsense."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any, Final
from wsgiref.types import WSGIApplication

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.trigger import trigger
from waitress.wasyncore import dispatcher

from bot.descriptors import at_most
from bot.web.frontdoor import MOST_BYTES, headers_fault

_SLOWEST: Final = 8
"""Seconds that one request may take to arrive, and that a connection may lie idle between two."""

_SLOWEST_HEADERS: Final = 2
"""Seconds until the headers of a request must be in; Slack sends them in one piece."""

_MOST_HEADER_BYTES: Final = 32 * 1024
_MOST_CONNECTIONS: Final = at_most(256)
_MOST_WAITING: Final = 4096
_MOST_BODY_IN_MEMORY: Final = 64 * 1024
"""Bytes of one body; a larger one waits on the disk, and Slack's own are hardly ever larger."""

_POLL: Final = 0.01


class Server:
    """A listening server. ``port`` is the one it got when 0 was asked for."""

    def __init__(self, app: WSGIApplication, host: str, port: int, threads: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        self.port: int = listening.getsockname()[1]
        self._open: dict[Any, Any] = {}
        self._loop = trigger(self._open)
        self._listener = _Listener(app, listening, self._open, threads)
        self._thread = threading.Thread(target=self._listener.run, name="web", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Take no more connections, finish the requests that are in, then close.

        Args:
            timeout: seconds for the requests that are in.
        """
        deadline = time.monotonic() + timeout
        self._loop.pull_trigger(lambda *_: dispatcher.close(self._listener))
        while self._busy() and time.monotonic() < deadline:
            time.sleep(_POLL)
        self._listener.task_dispatcher.shutdown(timeout=1)
        # Where nothing was open any more, the loop has ended by itself and taken its trigger along.
        with suppress(OSError):
            self._loop.pull_trigger(self._close_all)
        self._thread.join(2.0)

    def _busy(self) -> bool:
        return any(isinstance(opened, _Channel) and opened.requests for opened in list(self._open.values()))

    def _close_all(self, *_: object) -> None:
        # waitress's loop ends when nothing is open any more.
        for opened in list(self._open.values()):
            opened.close()


def serve(app: WSGIApplication, *, host: str, port: int, threads: int = 40) -> Server:
    """Listen, in threads of its own.

    Args:
        app: what answers.
        host: address to listen on.
        port: 0 for any.
        threads: how many requests are answered at once; each waits for the disk and for Bolt's poll of 10 ms.

    Raises:
        OSError: the port cannot be had.
    """
    return Server(app, host, port, threads)


class _Parser(HTTPRequestParser):
    """Reads no body whose headers are not Slack's; the door refuses such a request without having seen it.

    Calls an unknown transfer encoding and a length of thousands of digits a bad request; waitress answers 501, or not at all.
    """

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented as error:
            raise ParsingError(str(error)) from None
        except ValueError:
            raise ParsingError("number") from None
        timestamp, signature = (self.headers.get(f"X_SLACK_{name}", "") for name in ("REQUEST_TIMESTAMP", "SIGNATURE"))
        expected = self.body_rcv is not None and self.content_length <= MOST_BYTES
        if expected and headers_fault(timestamp, signature, time.time()):
            # What follows is that body, and must not be read as the next request: waitress closes where a header says so.
            self.body_rcv, self.content_length, self.expect_continue = None, 0, False
            self.headers = {**self.headers, "CONTENT_LENGTH": "0", "CONNECTION": "close"}


class _Channel(HTTPChannel):
    """Knows since when it waits for what; waitress only knows of connections where nothing comes at all."""

    parser_class = _Parser
    _answered = False

    def received(self, data: bytes) -> bool:
        if self._between_two:
            # waitress's own field: from when on this connection waits for what it waits for now.
            self.creation_time = time.time()
        went_on = super().received(data)
        self._answered = self._answered or self.request is None
        return went_on

    def late(self) -> bool:
        """Whether a request takes too long to arrive, or none comes any more."""
        headers_are_in = self.request is not None and self.request.headers_finished
        return self.waited_for(_SLOWEST if headers_are_in or self._between_two else _SLOWEST_HEADERS)

    @property
    def _between_two(self) -> bool:
        return self.request is None and self._answered

    def waited_for(self, seconds: float) -> bool:
        """Whether it is the other side that has not moved for so long: no request is in, and nothing is there to be read."""
        since = self.last_activity if self._between_two else self.creation_time
        if self.requests or not self.socket or time.time() - since < seconds:
            return False
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return True


class _Listener(TcpWSGIServer):
    channel_class = _Channel

    def __init__(self, app: WSGIApplication, listening: socket.socket, opened: dict[int, Any], threads: int) -> None:
        self._listening = listening
        self._opened = opened
        super().__init__(
            app,
            opened,
            _sock=listening,
            adj=Adjustments(
                threads=threads,
                backlog=_MOST_WAITING,
                ident=None,
                channel_timeout=_SLOWEST,
                cleanup_interval=1,
                max_request_header_size=_MOST_HEADER_BYTES,
                # waitress refuses from this size on; the door refuses above its own.
                max_request_body_size=MOST_BYTES + 1,
                inbuf_overflow=_MOST_BODY_IN_MEMORY,
                connection_limit=_MOST_CONNECTIONS,
                asyncore_use_poll=True,
                log_socket_errors=False,
            ),
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            bind_socket=False,
        )

    def maintenance(self, now: int) -> None:
        """Close what is idle, and what drips; waitress would close what it had no time to read, too."""
        del now
        for channel in self._channels():
            channel.will_close = channel.will_close or channel.late()

    def readable(self) -> bool:
        """Whether to take a connection; when full, whoever asked nothing for a moment makes room: strangers keep nobody out."""
        if len(self._opened) >= _MOST_CONNECTIONS:
            for channel in self._channels():
                if channel.waited_for(_SLOWEST_HEADERS):
                    channel.handle_close()
        return bool(super().readable())

    def _channels(self) -> list[_Channel]:
        return [opened for opened in self._opened.values() if isinstance(opened, _Channel)]

    def getsockname(self) -> tuple[str, str]:
        """The address in numbers; waitress would ask the name service for a name."""
        host, port = self._listening.getsockname()[:2]
        return host, str(port)
