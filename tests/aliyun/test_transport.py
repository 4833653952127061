"""Connections: how they are made, kept, secured and given up."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.aliyun.client import Client
from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError, ConnectionFailedError, DeadlineError
from bot.aliyun.exchange import Addresses, Dialer
from bot.aliyun.transport import Transport
from tests.aliyun.asking import LOG, ask, client_of
from tests.aliyun.conftest import Opening
from tests.aliyun.servers import Heard, Server, closed_port, hangs, http, serving

GOOD = http(200, LOG)


def test_one_connection_serves_one_call_after_another(transport: Transport) -> None:
    with serving(GOOD) as server:
        client = client_of(transport, server.url)
        for _ in range(20):
            ask(client)
        assert server.connections == 1


def test_a_connection_that_the_server_closed_is_not_used_again(transport: Transport) -> None:
    left = threading.Event()

    def says_and_leaves_later(connection: socket.socket, _: Heard) -> None:
        connection.sendall(GOOD)
        connection.shutdown(socket.SHUT_RDWR)
        left.set()

    with serving(says_and_leaves_later) as server:
        client = client_of(transport, server.url)
        for _ in range(3):
            left.clear()
            ask(client)
            assert left.wait(2)
        assert len(server.heard) == 3


EXTRA = http(200, {"requestId": "of somebody else"})


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(GOOD + EXTRA, id="an answer too many"),
        pytest.param(GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP 1.0"),
        pytest.param(http(200, LOG, connection="close"), id="the last one"),
        pytest.param(http(200, b"{}", upgrade="h2c"), id="an offer"),
    ],
)
def test_what_follows_an_answer_is_no_answer_to_the_next_question(transport: Transport, script: bytes) -> None:
    """A connection that says more than it was asked would answer one person with another's log."""
    with serving(script) as server:
        client = client_of(transport, server.url)
        assert [ask(client).request_id in ("A1", None) for _ in range(3)] == [True] * 3
    assert transport.open_connections <= 1


def test_many_threads_share_a_small_pool(opening: Opening) -> None:
    transport = opening(max_connections=4)
    with serving(GOOD) as server:
        client = client_of(transport, server.url)
        threads = [threading.Thread(target=lambda: [ask(client) for _ in range(10)]) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.heard) == 160
        assert server.connections <= 4
    transport.close()
    assert transport.open_connections == 0


def ask_in_vain(client: Client) -> None:
    with pytest.raises(DeadlineError):
        ask(client, 1.0)


def test_waiting_for_a_free_connection_ends_at_the_deadline(opening: Opening) -> None:
    transport = opening(max_connections=1)
    with serving(hangs) as server:
        client = client_of(transport, server.url)
        busy = threading.Thread(target=ask_in_vain, args=(client,))
        busy.start()
        while not server.heard:
            time.sleep(0.005)
        with pytest.raises(DeadlineError) as caught:
            ask(client, 0.3)
        assert caught.value.reason == "pool"
        busy.join()
    assert transport.open_connections == 0


def test_an_address_of_a_family_that_this_machine_lacks_is_passed_over() -> None:
    with serving(GOOD) as server:
        port = int(server.url.rpartition(":")[2])
        dialer = Dialer(lambda *_: [(socket.AF_APPLETALK, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port))])
        dialer.connect("somewhere.example", port, Deadline.after(20)).close()


def test_a_resolver_that_hangs_is_left_behind(opening: Opening) -> None:
    release = threading.Event()
    asked: list[str] = []

    def resolve(host: str, _: int) -> Addresses:
        asked.append(host)
        release.wait(10)
        return []

    client = client_of(opening(dialer=Dialer(resolve)), "https://nowhere.example")
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(DeadlineError) as caught:
            ask(client, 0.2)
        assert time.monotonic() - began < 5
        assert caught.value.reason == "dns"
    assert asked == ["nowhere.example"]
    release.set()


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "unknown"), UnicodeError("idna"), None])
def test_a_name_that_nobody_knows_says_so(opening: Opening, failure: Exception | None) -> None:
    def resolve(_: str, __: int) -> Addresses:
        if failure is not None:
            raise failure
        return []

    with pytest.raises(ConnectionFailedError) as caught:
        ask(client_of(opening(dialer=Dialer(resolve)), "https://nowhere.example"))
    assert caught.value.reason == "dns"


def test_a_dead_address_does_not_hide_a_living_one(opening: Opening) -> None:
    with serving(GOOD) as server:
        port = server.listener.getsockname()[1]
        addresses: Addresses = [(socket.AF_INET, ("127.0.0.1", closed_port())), (socket.AF_INET, ("127.0.0.1", port))]
        transport = opening(dialer=Dialer(lambda _, __: addresses))
        assert ask(client_of(transport, f"http://localhost:{port}")).request_id == "A1"


def test_addresses_that_come_too_late_are_not_tried() -> None:
    now = [0.0]

    def resolve(_: str, port: int) -> Addresses:
        now[0] = 9.0
        return [(socket.AF_INET, ("127.0.0.1", port))]

    with pytest.raises(DeadlineError) as caught:
        Dialer(resolve).connect("nowhere.example", closed_port(), Deadline(8.0, lambda: now[0]))
    assert caught.value.reason == "connect"


def test_localhost_is_resolved_by_the_system(transport: Transport) -> None:
    with serving(GOOD) as server:
        assert ask(client_of(transport, server.url.replace("127.0.0.1", "localhost"))).request_id == "A1"


def test_a_filled_backlog_ends_at_the_deadline(transport: Transport) -> None:
    """A host that never completes the handshake, as one behind a silent firewall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        with pytest.raises(DeadlineError):
            ask(client_of(transport, f"http://127.0.0.1:{port}"), 0.3)
        assert time.monotonic() - began < 5
        for filler in fillers:
            filler.close()
    assert transport.open_connections == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate for localhost in one file."""
    folder = tmp_path_factory.mktemp("tls")
    pem = folder / "both.pem"
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", "req", *options, *names, "-keyout", pem, "-out", folder / "c"], check=True, capture_output=True)
    pem.write_text(pem.read_text() + (folder / "c").read_text())
    return pem


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[Server]:
    """A server that holds it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(GOOD, tls=context) as server:
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused(transport: Transport, encrypted: Server) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        ask(client_of(transport, encrypted.url.replace("127.0.0.1", "localhost")))
    assert caught.value.reason == "tls"
    assert transport.open_connections == 0


def test_a_trusted_certificate_is_accepted_and_its_connection_kept(
    opening: Opening, certificate: Path, encrypted: Server
) -> None:
    transport = opening(tls=ssl.create_default_context(cafile=str(certificate)))
    client = client_of(transport, encrypted.url.replace("127.0.0.1", "localhost"))
    assert [ask(client).request_id for _ in range(3)] == ["A1"] * 3
    assert transport.open_connections == 1
    assert encrypted.connections == 1


def test_a_certificate_for_another_name_is_refused(opening: Opening, certificate: Path, encrypted: Server) -> None:
    transport = opening(tls=ssl.create_default_context(cafile=str(certificate)))
    with pytest.raises(ConnectionFailedError) as caught:
        ask(client_of(transport, encrypted.url))
    assert caught.value.reason == "tls"


def test_a_tls_handshake_that_hangs_ends_at_the_deadline(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        with pytest.raises(AliyunError) as caught:
            ask(client_of(transport, f"https://127.0.0.1:{listener.getsockname()[1]}"), 0.3)
        assert time.monotonic() - began < 5
    assert caught.value.reason == "connect"
    assert transport.open_connections == 0
