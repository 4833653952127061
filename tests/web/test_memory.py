"""What strangers can make the bot hold: nothing of a body whose headers are not Slack's, and little of any other."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.web.requests import signed

CONNECTIONS: Final = 900
LENGTH: Final = 1024 * 1024
SERVER: Final = """
import sys, tempfile
from prometheus_client import CollectorRegistry
from bot.web import DispatchResult, FrontDoor, create_app, serve
door = FrontDoor(signing_secret="s", claim=lambda *_: True, dispatch=lambda *_: DispatchResult())
server = serve(create_app(door=door, lacking=list, registry=CollectorRegistry()), host="127.0.0.1", port=0)
print(server.port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """The port and the process id of a server of its own."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid
        process.kill()


def peak_mib(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii"))
    assert found
    return int(found[1]) // 1024


def attack(port: int, headers: dict[str, str]) -> int:
    """Open connections and send all of a body but its last byte on each, as far as the server takes it; bytes sent."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["POST /slack/events HTTP/1.1", "Host: x", *lines, f"Content-Length: {LENGTH}", "", ""])
    waiting: dict[socket.socket, memoryview] = {}
    sent = 0
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.settimeout(0)
        waiting[connection] = memoryview(head.encode() + b"x" * (LENGTH - 1))
    opened, idle = list(waiting), 0
    while waiting and idle < 20:
        before = sent
        for connection, rest in list(waiting.items()):
            try:
                count = connection.send(rest[:262_144])
            except BlockingIOError:
                continue
            except ConnectionError:
                del waiting[connection]
                continue
            sent += count
            waiting[connection] = rest[count:]
            if count == len(rest):
                del waiting[connection]
        idle = 0 if sent > before else idle + 1
        time.sleep(0.05 if idle else 0)
    for connection in opened:
        connection.close()
    return sent


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process's memory is read from /proc")
@pytest.mark.parametrize("headers", [{}, signed(b"another body")], ids=["none", "forged"])
def test_nine_hundred_bodies_one_byte_short_are_not_held_in_memory(server: tuple[int, int], headers: dict[str, str]) -> None:
    port, pid = server
    before = peak_mib(pid)
    attack(port, headers)
    assert peak_mib(pid) - before < 64


def test_a_length_of_thousands_of_digits_is_a_bad_request(server: tuple[int, int]) -> None:
    port, _ = server
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_a_body_with_the_wrong_headers_is_refused_before_it_comes(server: tuple[int, int]) -> None:
    port, _ = server
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("sent", [b"", b"POST /slack/events HTTP/1.1\r\nHo"])
def test_headers_that_do_not_come_in_end_the_connection_long_before_a_body_would(server: tuple[int, int], sent: bytes) -> None:
    port, _ = server
    with socket.create_connection(("127.0.0.1", port), timeout=6) as stranger:
        stranger.sendall(sent)
        assert stranger.recv(100) == b""
