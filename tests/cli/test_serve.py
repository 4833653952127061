"""The commands that keep running, where they cannot start, and what a container asks of one that runs."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.running import requestlog

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:1/"}


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("command", [["playground", "--no-browser"], ["standin"]])
def test_a_taken_port_is_one_sentence_that_names_the_way_out(command: list[str], taken: int) -> None:
    run = requestlog(*command, "--port", str(taken))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "The port cannot be used (Address already in use). Name another one with --port.\n"


def test_a_taken_port_of_the_bot_is_one_sentence_that_names_its_settings(taken: int, tmp_path: Path) -> None:
    here = {"REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_PORT": str(taken), "REQUESTLOG_OWNER": "U0ALICE"}
    tmp_path.chmod(0o700)
    run = requestlog("run", env={**SLACK, **here})
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"The bot cannot listen at 127.0.0.1, port {taken} (Address already in use). Set REQUESTLOG_PORT or REQUESTLOG_HOST.\n"
    )


@pytest.mark.parametrize("command", [["run"], ["feedback"], ["keys", "rotate"]], ids=" ".join)
@pytest.mark.parametrize("below", ["", "data"])
def test_a_folder_that_may_not_be_written_is_one_sentence(command: list[str], below: str, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    # Whoever is root may write everywhere, unless that right is given up.
    setpriv = shutil.which("setpriv")
    if os.geteuid() == 0 and not setpriv:
        pytest.skip("the tests run as root, and there is no setpriv to give up what root may")
    ahead = [setpriv, "--bounding-set=-dac_override"] if setpriv and os.geteuid() == 0 else []
    run = subprocess.run(
        [*ahead, sys.executable, "-m", "bot", *command],
        env={"PATH": os.environ["PATH"], **SLACK, "REQUESTLOG_DATA_DIR": str(closed / below), "REQUESTLOG_OWNER": "U0ALICE"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    assert run.stderr.startswith(f"REQUESTLOG_DATA_DIR: {closed / below} cannot be used")


@contextmanager
def ready_with(status: int, body: bytes) -> Iterator[int]:
    """The port of something that answers every question with a status and words."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"ready\n", ""),
        (503, b"not ready: store, socket\n", "The bot is not ready: store, socket.\n"),
        (503, b"not ready: \x1b[31m\n", "The bot is not ready.\n"),
        (404, b"refused\n", "The bot is not ready.\n"),
    ],
)
def test_the_health_check_ends_with_what_the_bot_says_of_itself(status: int, body: bytes, said: str) -> None:
    with ready_with(status, body) as port:
        run = requestlog("healthcheck", env={"REQUESTLOG_PORT": str(port), "HTTP_PROXY": "http://127.0.0.1:1"})
    assert (run.returncode, run.stdout, run.stderr) == (1 if said else 0, "", said)


def test_a_health_check_that_cannot_ask_says_why() -> None:
    """Nothing listens, nothing is known to listen, and a wrong setting."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        gone = free.getsockname()[1]
    run = requestlog("healthcheck", env={"REQUESTLOG_PORT": str(gone)})
    assert (run.returncode, run.stderr) == (1, f"The bot is not ready: nothing answers at 127.0.0.1, port {gone}.\n")
    assert requestlog("healthcheck", env={"SLACK_APP_TOKEN": "xapp-1"}).stderr.startswith("Set REQUESTLOG_PORT")
    assert requestlog("healthcheck", env={"REQUESTLOG_PORT": "http"}).returncode == 2
