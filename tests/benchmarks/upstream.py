"""A server that answers at once, or after a pause, whatever is asked: Alibaba Cloud's log, Slack's "ok".

It runs in a process of its own, so that its CPU is nobody's: ``python -m tests.benchmarks.upstream PAUSE``.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import ClassVar

#: What Slack says of the workspace, a person who is no guest, and a channel that is not shared; and of a modal.
SLACK = {
    "ok": True,
    "team_id": "T0BENCH",
    "user": {"id": "U0BENCH", "team_id": "T0BENCH", "is_restricted": False, "is_ultra_restricted": False, "locale": "en-US"},
    "channel": {"id": "C0BENCH", "is_ext_shared": False},
    "view": {"id": "V0BENCH", "hash": "1"},
}
LOG = resources.files("bot.playground.alibaba").joinpath("logs", "sample.json")


def answer_of_a_log() -> bytes:
    """A GetOwnRequestLog answer of usual size."""
    content = json.loads(LOG.read_text("utf-8"))
    return json.dumps({"requestId": "9BFC4AC1-6BE4-5405-BDEC-CA288D404812", "logInfo": content.get("log", content)}).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or each answer would wait 40 ms for an acknowledgement
    pause = 0.0
    log = answer_of_a_log()
    answered: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        if self.path == "/_answered":
            self.answer(str(len(self.answered)).encode(), "application/json")
            return
        time.sleep(self.pause)
        self.answer(self.log, "application/json")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/api/"):
            self.answer(json.dumps(SLACK).encode(), "application/json")
        else:
            self.answered.add(self.path)
            self.take(body)
            self.answer(b"ok", "text/plain")

    def take(self, posted: bytes) -> None:
        """An answer to a person has come."""

    def answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


@contextmanager
def upstream(pause: float = 0.0) -> Iterator[str]:
    """The address of an upstream in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.upstream", str(pause)], stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None:
            message = "the upstream has no output"
            raise RuntimeError(message)
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    Handler.pause = float(sys.argv[1])
    server = Server(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
