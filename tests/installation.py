"""An installation as it runs: the bot in processes of its own between the stand-ins, over a road that can be broken."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

from bot.playground import variables
from bot.playground.alibaba import AlibabaStandIn, case
from bot.playground.slack import SlackStandIn

ROOT: Final = Path(__file__).parents[1]
HERE: Final = "C0INCIDENT"
T = TypeVar("T")

State = Literal["open", "fails", "resets", "hangs", "throttles", "loses"]


def until(condition: Callable[[], T], seconds: float = 30) -> T:
    """What the condition gives once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.02)
    return found


class Road:
    """Between the bot and Slack: passes on what is posted, or does what a bad day does.

    ``fails``: 500; ``resets``; ``hangs``: takes the request and says nothing; ``throttles``: 429 with Retry-After
    ``retry_after``; ``loses``: passes the request on and the answer not. What only asks Slack something gets through, but for
    the first and the fourth.
    """

    def __init__(self, target: int) -> None:
        self.state: State = "open"
        self.retry_after = "3"
        self.seen: list[tuple[float, str]] = []
        self._target = target
        road = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                road.pass_on(self)

            def do_GET(self) -> None:
                road.pass_on(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        answers = "/response/" in handler.path or "/chat." in handler.path
        state = self.state if answers or self.state in {"fails", "throttles"} else "open"
        self.seen.append((time.monotonic(), handler.path))
        if state == "hangs":
            until(lambda: self.state != "hangs", 600)
        if state in {"hangs", "resets"}:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        if state in {"fails", "throttles"}:
            self._say(handler, 500 if state == "fails" else 429, b"no", {"Retry-After": self.retry_after})
            return
        with closing(http.client.HTTPConnection("127.0.0.1", self._target, timeout=20)) as upstream:
            upstream.request(handler.command, handler.path, body, dict(handler.headers))
            with upstream.getresponse() as answer:
                content = answer.read()
        if state == "loses":
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        kept = {name: value for name, value in answer.getheaders() if name in {"Content-Type", "Retry-After"}}
        self._say(handler, answer.status, content, kept)

    def _say(self, handler: BaseHTTPRequestHandler, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def close(self) -> None:
        """Close the road."""
        self.state = "open"
        self._server.shutdown()
        self._server.server_close()


class _SlackByRoad(SlackStandIn):
    """The stand-in of Slack, whose addresses lead over the road."""

    road: Road | None = None

    @property
    def url(self) -> str:
        """The address that the bot is given."""
        return super().url if self.road is None else f"http://127.0.0.1:{self.road.port}"


class Process:
    """A running bot."""

    def __init__(self, environment: Mapping[str, str], errors: Path) -> None:
        self.errors = errors
        with errors.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "HOME": str(errors.parent), **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
            )
        self.port = 0

    def ready(self, seconds: float = 40) -> Self:
        """Wait until it listens."""
        until(self._listens, seconds)
        return self

    def _listens(self) -> bool:
        assert self.process.poll() is None, self.said()
        self.port = next((line["port"] for line in self.lines() if line["event"] == "started"), 0)
        return self.port > 0

    def lines(self) -> list[dict[str, Any]]:
        """What it logged, line by line; a line that is no JSON is a fault."""
        return [json.loads(line) for line in self.said().splitlines(keepends=True) if line.endswith("\n")]

    def said(self) -> str:
        """What it wrote to standard error."""
        return self.errors.read_text("utf-8", "replace")

    def ask(self, path: str, timeout: float = 5) -> int:
        """The status of one of the orchestrator's questions; 0 when nobody answers."""
        return self.hear(path, timeout)[0]

    def hear(self, path: str, timeout: float = 5) -> tuple[int, str]:
        """The same with the words of the answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as connection:
            try:
                connection.request("GET", path)
                with connection.getresponse() as answer:
                    return answer.status, answer.read().decode()
            except OSError:
                return 0, ""

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def end(self, timeout: float = 40) -> tuple[int, float]:
        """Ask it to stop; its exit status, and the seconds until then."""
        started = time.monotonic()
        self.process.terminate()
        return self.process.wait(timeout), time.monotonic() - started


class Installation:
    """Stand-ins, a folder, and bots."""

    def __init__(self, database_url: str | None = None, more: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="requestlog-")
        self.folder = Path(self._folder.name)
        self.slack = _SlackByRoad(event_retry_seconds=(0.5, 1.0, 1.0), ack_seconds=10)
        self.slack.start()
        self.road = Road(int(self.slack.url.rpartition(":")[2]))
        self.slack.road = self.road
        self.alibaba = AlibabaStandIn().start()
        database = {} if database_url is None else {"REQUESTLOG_DATABASE_URL": database_url}
        self._variables = (
            variables(self.slack, self.alibaba, self.folder) | {"REQUESTLOG_PORT": "0"} | database | dict(more or {})
        )
        self.processes: list[Process] = []

    def start(self, **more: str) -> Process:
        """Start a bot; it is Slack's from when ``serves`` is told."""
        process = Process(self._variables | more, self.folder / f"errors-{len(self.processes)}")
        self.processes.append(process)
        return process

    def serve(self, **more: str) -> Process:
        """A bot that is ready and that Slack speaks to."""
        process = self.start(**more).ready()
        self.hear(process)
        return process

    def hear(self, process: Process) -> None:
        """Have Slack speak to this bot."""
        self.slack.bot_url = f"http://127.0.0.1:{process.port}/slack/events"

    def types(self, name: str = "sample", user: str = "U0ALICE") -> None:
        """Somebody asks for a case; returns once it is acknowledged."""
        self.slack.user(user).types(f"/requestlog {case(name).request_id}")

    def type_many(self, count: int, name: str = "sample") -> None:
        """So many ask at once."""
        with ThreadPoolExecutor(count) as people:
            list(people.map(lambda _: self.types(name), range(count)))

    def answers(self, user: str = "U0ALICE") -> list[Any]:
        """What the bot answered a person, in the channel and directly."""
        return self.slack.answers(user, HERE) + self.slack.answers(user, f"D0{user.removeprefix('U0')}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.road.state = "open"
        for process in self.processes:
            if process.process.poll() is None:
                process.signal(signal.SIGCONT)
                process.kill()
        self.alibaba.stop()
        self.slack.stop()
        self.road.close()
        self._folder.cleanup()
