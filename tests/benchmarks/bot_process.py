"""The real bot as a process, and commands to it as Slack signs them."""

import hashlib
import hmac
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from wsgiref.types import WSGIApplication

from bot.blocks.details import PARAMETERS

SECRET = "benchmark-signing-secret"
#: httpcore imports trio where the tests have brought it; an installation has none.
RUN = "import sys; sys.modules['trio'] = None; from bot.cli import main; main()"
USER = "U0BENCH"


@dataclass(frozen=True, slots=True)
class BotProcess:
    """A running bot: where it listens, its process id, and the seconds that it took until it was ready."""

    url: str
    pid: int
    ready_s: float

    def resident_mib(self) -> float:
        """Resident memory in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_s(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def environment(upstream: str, folder: str) -> dict[str, str]:
    """The settings of a bot whose Slack and Alibaba Cloud are one upstream."""
    endpoints = {
        f"REQUESTLOG_ENDPOINT_{name}": upstream for name in ("OPENAPIEXPLORER", "CLOUD_SIEM", "RAM", "STS", "ACTIONTRAIL")
    }
    return {
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{upstream}/api/",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tBenchmark",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "benchmark",
        "REQUESTLOG_OWNER": USER,
        "REQUESTLOG_DATA_DIR": folder,
        "REQUESTLOG_RESPONSE_HOSTS": "127.0.0.1",
        "REQUESTLOG_RATE": "100000",
        "REQUESTLOG_LOG_LEVEL": "ERROR",
        **endpoints,
    }


def command(upstream: str, number: int) -> dict[str, str]:
    """A slash command's fields; each number another RequestId and another trigger."""
    return {
        "command": "/requestlog",
        "text": f"00000000-0000-4000-8000-{number:012d}",
        "user_id": USER,
        "team_id": "T0BENCH",
        "channel_id": "C0BENCH",
        "channel_name": "bench",
        "response_url": f"{upstream}/response/{number}",
        "trigger_id": f"1.{number}",
        "api_app_id": "A0BENCH",
        "token": "t",
    }


def clicked(upstream: str, number: int) -> dict[str, Any]:
    """A click on *Parameters* of the card of a command."""
    return {
        "type": "block_actions",
        "user": {"id": USER, "team_id": "T0BENCH"},
        "team": {"id": "T0BENCH"},
        "channel": {"id": "C0BENCH"},
        "api_app_id": "A0BENCH",
        "token": "t",
        "trigger_id": f"2.{number}",
        "response_url": f"{upstream}/response/{number}",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0BENCH", "is_ephemeral": True},
        "message": {"ts": "1.1", "text": "x", "user": "U0BOT"},
        "actions": [
            {
                "type": "button",
                "action_id": PARAMETERS,
                "block_id": "card_actions",
                "action_ts": f"{number}.1",
                "value": command(upstream, number)["text"],
            }
        ],
    }


def signed(fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """A body with Slack's signature headers."""
    body = urllib.parse.urlencode(fields).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def post(app: WSGIApplication, body: bytes, headers: Mapping[str, str]) -> str:
    """Hand a request to a WSGI application as waitress would; the status that it gives."""
    given: list[str] = []
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    about = {"PATH_INFO": "/slack/events", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body))}
    kind = {"CONTENT_TYPE": headers["Content-Type"], "wsgi.input": BytesIO(body)}
    app({**named, **about, **kind}, lambda status, *_: given.append(status))  # type: ignore[arg-type] # nobody writes
    return given[0]


@contextmanager
def bot(
    upstream: str, more: Mapping[str, str] = MappingProxyType({}), log: Path | None = None, *, descriptors: int = 0
) -> Iterator[BotProcess]:
    """``requestlog run`` over HTTP, ready.

    ``more`` are settings besides, ``log`` is where it logs, ``descriptors`` how many it may open.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = os.environ | environment(upstream, folder) | {"REQUESTLOG_PORT": str(port), **more}
        url, start = f"http://127.0.0.1:{port}", time.monotonic()
        with (log or Path(os.devnull)).open("ab") as errors:
            limited = ["sh", "-c", f'ulimit -n {descriptors} && exec "$@"', "sh"] if descriptors else []
            process = subprocess.Popen([*limited, sys.executable, "-c", RUN, "run"], env=settings, stderr=errors)
        try:
            _wait_until_ready(url)
            yield BotProcess(url, process.pid, time.monotonic() - start)
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(url: str) -> None:
    for _ in range(3000):
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except urllib.error.URLError:
            time.sleep(0.01)
    message = "the bot was not ready in time"
    raise RuntimeError(message)
