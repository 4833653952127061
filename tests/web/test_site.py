"""The site as a stranger on the network sees it: real waitress, real sockets."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.store.database import Database
from bot.store.inbox import Command
from bot.store.replays import Replays
from bot.store.sealing import Keyring, new_key
from bot.web import DispatchResult, FrontDoor, Server, create_app, serve
from bot.work import Engine
from bot.work.durability import engine_url
from tests.web.requests import SECRET, interaction, signed, slash
from tests.web.test_frontdoor import NONSENSE


class Site:
    """A served site and what came through its door."""

    def __init__(self, database: Database) -> None:
        self.inside: list[dict[str, Any]] = []
        self.lacks: list[str] = []
        self.handle: Callable[[dict[str, Any]], None] = self.inside.append
        door = FrontDoor(signing_secret=SECRET, claim=Replays(database).claim, dispatch=self.dispatch)
        app = create_app(door=door, lacking=lambda: self.lacks, registry=CollectorRegistry())
        self.server: Server = serve(app, host="127.0.0.1", port=0)

    def dispatch(self, payload: dict[str, Any], _headers: dict[str, str]) -> DispatchResult:
        self.handle(payload)
        return DispatchResult()

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            assert answer.getheader("Server") is None
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        return self.ask("POST", "/slack/events", body, headers)[0]

    def raw(self, sent: bytes) -> bytes:
        """What comes back for raw bytes, until the other side closes."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as connection:
            try:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: connection.recv(65536), b""))
            except ConnectionError:
                return b""


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    served = Site(database)
    yield served
    served.server.stop()


def test_a_signed_command_comes_through(site: Site) -> None:
    body = slash("what does payload too large mean")
    assert site.post(body, signed(body)) == 200
    assert site.inside[0]["text"] == "what does payload too large mean"


def test_a_replay_is_refused(site: Site) -> None:
    body = slash()
    headers = signed(body)
    assert [site.post(body, headers) for _ in range(3)] == [200, 409, 409]
    assert len(site.inside) == 1


def test_an_orchestrator_hears_how_it_stands(site: Site) -> None:
    assert site.ask("GET", "/healthz") == (200, "ok\n")
    assert site.ask("GET", "/readyz") == (200, "ready\n")
    site.lacks = ["store", "socket"]
    assert site.ask("GET", "/readyz") == (503, "not ready: store, socket\n")
    site.post(b"x", {})
    assert 'requestlog_slack_requests_total{status="401"} 1.0' in site.ask("GET", "/metrics")[1]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/slack/events", 405), ("POST", "/x%00", 404)]
)
def test_other_addresses_are_refused_plainly(site: Site, method: str, path: str, status: int) -> None:
    assert site.ask(method, path) == (status, "refused\n")


def test_what_a_listener_cannot_digest_is_no_500_and_tells_nothing(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(payload: dict[str, Any]) -> None:
        raise LookupError(payload["text"])

    site.handle = fail
    body = slash("canary-4711")
    assert site.post(body, signed(body)) == 400
    said = "".join(capfd.readouterr())
    assert "LookupError" in said
    assert "canary" not in said
    assert "Traceback" not in said


def _malformed() -> dict[str, bytes]:
    """Requests that are no proper HTTP, or not of ours, as bytes on the wire."""

    def post(*headers: str, body: bytes = b"") -> bytes:
        return "\r\n".join(["POST /slack/events HTTP/1.1", "Host: x", *headers, "", ""]).encode("latin-1") + body

    length = "Content-Length: 3"
    good = signed(b"a=b")
    return {
        "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "no version": b"POST /slack/events\r\n\r\n",
        "lower-case method": b"post /slack/events HTTP/1.1\r\n\r\n",
        "unsigned JSON": post(length, "Content-Type: application/json", body=b"{no"),
        "unsigned bytes": post(length, body=b"\xff\xfe\xfd"),
        "no length": post("Content-Type: application/json"),
        "negative length": post("Content-Length: -1"),
        "length in words": post("Content-Length: three", body=b"abc"),
        "two lengths": post(length, "Content-Length: 5", body=b"abcde"),
        "length and chunks": post(length, "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        "unknown encoding": post("Transfer-Encoding: gzip", body=b"abc"),
        "broken chunks": post("Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n"),
        "short body": post("Content-Length: 30", body=b"abc"),
        "timestamp in words": post(length, "X-Slack-Request-Timestamp: now", "X-Slack-Signature: v0=00", body=b"abc"),
        "signature not ASCII": post(length, "X-Slack-Request-Timestamp: 1", "X-Slack-Signature: v0=\xe9", body=b"abc"),
        "stale": post(length, *(f"{name}: {value}" for name, value in signed(b"abc", at=1).items()), body=b"abc"),
        "future": post(length, *(f"{name}: {value}" for name, value in signed(b"abc", at=9e9).items()), body=b"abc"),
        "another secret": post(length, *(f"{n}: {v}" for n, v in signed(b"abc", secret="x").items()), body=b"abc"),
        "two signatures": post(
            length, *(f"{n}: {v}" for n, v in good.items()), "X-Slack-Signature: v0=" + "0" * 64, body=b"a=b"
        ),
        "a header of spaces": post(length, "X Slack: x", body=b"abc"),
        "a folded header": post(length, "X-Slack-Signature: v0=\r\n 00", body=b"abc"),
        "endless header": post(length, "X-Pad: " + "x" * 40_000, body=b"abc"),
        "thousands of headers": post(length, *(f"X-{number}: x" for number in range(5000)), body=b"abc"),
        "too large": post("Content-Length: 104857600", body=b"x" * 1000),
        "absolute address": b"POST http://x/slack/events HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "path up": b"POST /../../etc/passwd HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "path with a line break": b"POST /slack/events%0d%0aX:1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "unsigned ssl_check": post(
            "Content-Length: 11", "Content-Type: application/x-www-form-urlencoded", body=b"ssl_check=1"
        ),
    }


def test_two_thousand_forged_or_malformed_requests_are_refused_and_none_makes_a_5xx(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    kinds = list(_malformed().items())
    assert len(kinds) >= 20
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda number: site.raw(kinds[number % len(kinds)][1]), range(2000)))
    for number, answer in enumerate(answers):
        assert not answer or answer.split(b" ")[1].startswith(b"4"), (kinds[number % len(kinds)][0], answer[:200])
    assert site.inside == []
    assert "Traceback" not in "".join(capfd.readouterr())
    assert site.ask("GET", "/healthz")[0] == 200


def test_signed_nonsense_is_no_5xx_over_the_wire(site: Site) -> None:
    for kind, (body, media_type) in NONSENSE.items():
        status = site.post(body, signed(body, media_type=media_type))
        # The empty body is there twice, and a signature does not cover the media type.
        assert status in {400, 409}, kind
    assert site.inside == []


def test_a_body_of_a_hundred_megabytes_is_refused_before_it_is_read(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=20) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_endless_chunks_are_cut_after_a_megabyte(site: Site) -> None:
    sent = 0

    def send(connection: socket.socket) -> None:
        nonlocal sent
        while sent < 100 * 1024 * 1024:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536

    with socket.create_connection(("127.0.0.1", site.server.port), timeout=20) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            send(connection)
    # What was sent over the megabyte lay in the sockets' buffers.
    assert sent < 16 * 1024 * 1024


def test_a_large_but_allowed_body_comes_through(site: Site) -> None:
    body = slash("x" * 1_000_000)
    assert site.post(body, signed(body)) == 200


@pytest.mark.parametrize("part", [b"POST /slack", b"POST /slack/events HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"])
@pytest.mark.parametrize("drips", [True, False])
def test_who_drips_or_falls_silent_is_cut_within_ten_seconds(site: Site, part: bytes, *, drips: bool) -> None:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=30) as connection:
        connection.sendall(part)
        connection.settimeout(0.2)
        while time.monotonic() - started < 30:
            try:
                if drips:
                    connection.sendall(b"x")
                if connection.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert time.monotonic() - started < 20


def test_a_door_full_of_unfinished_headers_still_lets_a_signed_command_in(site: Site) -> None:
    with ExitStack() as opened:
        for _ in range(270):
            stranger = opened.enter_context(socket.create_connection(("127.0.0.1", site.server.port), timeout=20))
            stranger.sendall(b"POST /slack/events HTTP/1.1\r\nHo")
        began = time.monotonic()
        body = slash()
        assert site.post(body, signed(body)) == 200
        assert site.ask("GET", "/readyz") == (200, "ready\n")
        assert time.monotonic() - began < 10


def test_a_hundred_commands_at_once_are_durable_and_acknowledged(database: Database, site: Site, tmp_path: Path) -> None:
    answered: list[str] = []

    def answer(command: Command, _claim: Callable[[], None]) -> str:
        time.sleep(2)
        answered.append(command.id)
        return "delivered"

    engine = Engine(
        database=database,
        engine_database_url=engine_url(f"sqlite:///{tmp_path}/store.sqlite"),
        keyring=Keyring.from_text(new_key()),
        replica="single",
        run=answer,
    )
    engine.start()
    site.handle = lambda payload: _accept(engine, payload)
    bodies = [slash(trigger_id=f"1.2.{number}") for number in range(100)]
    requests = [(body, signed(body)) for body in bodies]

    with ThreadPoolExecutor(100) as threads:
        assert set(threads.map(lambda request: site.post(*request), requests)) == {200}
    assert engine.waiting == 100
    assert engine.stop(15)
    assert len(set(answered)) == 100


def _accept(engine: Engine, payload: dict[str, Any]) -> None:
    engine.accept(Command(payload["trigger_id"], "requestlog", payload, datetime.now(UTC)))


def test_stopping_finishes_what_is_in(database: Database) -> None:
    served = Site(database)
    entered = threading.Event()

    def handle(_: dict[str, Any]) -> None:
        entered.set()
        time.sleep(0.5)

    served.handle = handle
    body = interaction({"type": "shortcut", "user": {"id": "U"}, "team": {"id": "T"}, "callback_id": "c", "trigger_id": "t"})
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(served.post, body, signed(body))
        assert entered.wait(20)
        started = time.monotonic()
        served.server.stop()
        assert asked.result() == 200
    assert time.monotonic() - started < 20
    with pytest.raises(ConnectionRefusedError):
        served.ask("GET", "/healthz")
