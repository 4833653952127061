"""More at once than is taken at once: the rest waits for its place, and nobody is cut off."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

from bot.store.database import Database
from tests.web.requests import signed, slash
from tests.web.test_site import Site

MORE_THAN_ARE_TAKEN = 330


def test_connections_beyond_the_limit_wait_and_none_is_cut(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    site, go = Site(database), threading.Event()
    site.handle = lambda _payload: (go.wait(60), None)[1]
    asking = []
    for number in range(MORE_THAN_ARE_TAKEN):
        body = slash(f"number {number}")
        headers = {"Host": "x", "Content-Length": str(len(body)), "Connection": "close", **signed(body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection = socket.create_connection(("127.0.0.1", site.server.port), timeout=60)
        connection.sendall(f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body)
        asking.append(connection)
    go.set()
    told = []
    for connection in asking:
        with connection:
            told.append(connection.recv(65536)[:12])
    site.server.stop()
    database.close()
    assert set(told) == {b"HTTP/1.1 200"}


def test_where_few_descriptors_are_allowed_every_part_takes_its_share() -> None:
    code = "from bot.descriptors import at_most; print(at_most(256), at_most(128), at_most(16))"
    for allowed, expected in ((120, "30 15 4"), (1024, "256 128 16")):
        command = f'ulimit -n {allowed} && exec "{sys.executable}" -c "{code}"'
        ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
        assert ended.stdout.strip() == expected
