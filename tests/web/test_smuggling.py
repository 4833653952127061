"""What stands in the body of a request that is refused unread is never taken for the next request."""

import socket
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry

from bot.web import DispatchResult, FrontDoor, Server, create_app, serve

INNER = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(INNER), INNER)


@pytest.fixture
def server() -> Iterator[Server]:
    door = FrontDoor(signing_secret="s", claim=lambda *_: True, dispatch=lambda *_: DispatchResult())
    running = serve(create_app(door=door, lacking=list, registry=CollectorRegistry()), host="127.0.0.1", port=0)
    yield running
    running.stop()


@pytest.mark.parametrize("path", [b"/slack/events", b"/healthz"])
@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
@pytest.mark.parametrize(
    ("framing", "body"),
    [(b"Content-Length: %d\r\n" % len(INNER), INNER), (b"Transfer-Encoding: chunked\r\n", CHUNKED)],
    ids=["length", "chunked"],
)
def test_an_unsigned_post_gets_one_answer_and_the_connection_ends(
    server: Server, path: bytes, expects: bytes, framing: bytes, body: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + framing + expects + b"\r\n" + body)
        heard = b""
        try:
            while received := connection.recv(65536):
                heard += received
        except ConnectionError:
            pass
    assert heard.count(b"HTTP/1.1 ") == 1
    assert heard.startswith(b"HTTP/1.1 4")
    assert b"connection: close" in heard.lower()
