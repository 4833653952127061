"""A bot small enough to be read at a glance: it checks Slack's signature, notes the payload and answers what a test says."""

import hashlib
import hmac
import json
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

SECRET = "stand-in-signing-secret"


@dataclass
class Heard:
    """A payload with the headers it came with."""

    payload: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Answer:
    """An acknowledgement: ``body`` as JSON or bare text, after ``delay_s``."""

    body: dict[str, Any] | str = ""
    status: int = 200
    delay_s: float = 0


@dataclass
class EchoBot:
    """Listens on loopback; ``answer`` makes the acknowledgement of each payload."""

    answer: Callable[[dict[str, Any]], Answer] = lambda _payload: Answer()
    heard: list[Heard] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/slack/events"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                at = self.headers["X-Slack-Request-Timestamp"]
                wanted = "v0=" + hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
                payload = parsed(raw, self.headers["Content-Type"])
                bot.heard.append(Heard(payload, dict(self.headers.items())))
                answer = bot.answer(payload)
                if wanted != self.headers["X-Slack-Signature"]:
                    answer = Answer("bad signature", 401)
                time.sleep(answer.delay_s)
                self.reply(answer)

            def reply(self, answer: Answer) -> None:
                is_json = not isinstance(answer.body, str)
                body = (json.dumps(answer.body) if is_json else str(answer.body)).encode()
                try:
                    self.send_response(answer.status)
                    self.send_header("Content-Type", "application/json" if is_json else "text/plain")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:  # the late bot finds that Slack has hung up
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                del args

        return Handler


def parsed(raw: bytes, content_type: str) -> dict[str, Any]:
    """A body of Slack's, whichever of its three forms it has."""
    if content_type == "application/json":
        return dict(json.loads(raw))
    form = {key: values[0] for key, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else form


def respond(url: str, body: dict[str, Any]) -> tuple[int, str]:
    """Post to a response URL: status and body."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead
