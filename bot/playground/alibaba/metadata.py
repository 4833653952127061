"""What a workload finds on its host: the ECS metadata service, version 2 alone, and a credentials URI. Plain HTTP, unsigned."""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.playground.alibaba.people import WORKLOAD, Role
from bot.playground.alibaba.wire import Answer, JsonObject, Request

TOKEN_PATH: Final = "/latest/api/token"
ROLES_PATH: Final = "/latest/meta-data/ram/security-credentials/"
URI_PATH: Final = "/credentials"
LIVES: Final = timedelta(hours=6)
LONGEST_TOKEN_S: Final = 21600


@dataclass(slots=True)
class Metadata:
    """``issue(role, session name, lives, at)`` makes a credential. Safe to use from many threads."""

    issue: Callable[[Role, str, timedelta, datetime], JsonObject]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _tokens: dict[str, datetime] = field(default_factory=dict)

    def serves(self, request: Request) -> bool:
        """Whether a request is for the host and not for the API."""
        return request.path.startswith("/latest/") or request.path == URI_PATH

    def answer(self, request: Request, at: datetime) -> Answer:
        """Tokens by PUT; with one of them the roles, and a role's credential. Without: 403, for version 1 is switched off."""
        if request.path in (URI_PATH, TOKEN_PATH):
            issued = self.issue(WORKLOAD, "credentials-uri", LIVES, at) if request.path == URI_PATH else None
            return _json(issued | {"Code": "Success"}) if issued else self._token(request, at)
        with self._lock:
            until = self._tokens.get(request.header("x-aliyun-ecs-metadata-token"))
        if until is None or at >= until or request.method != "GET":
            return Answer(403, b"Forbidden", "text/plain")
        if request.path in (ROLES_PATH, ROLES_PATH.rstrip("/")):
            return Answer(200, WORKLOAD.name.encode(), "text/plain")
        if request.path == ROLES_PATH + WORKLOAD.name:
            issued = self.issue(WORKLOAD, "ecs-instance", LIVES, at)
            return _json(issued | {"LastUpdated": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "Code": "Success"})
        return Answer(404, b"Not Found", "text/plain")

    def _token(self, request: Request, at: datetime) -> Answer:
        seconds = request.header("x-aliyun-ecs-metadata-token-ttl-seconds")
        if request.method != "PUT" or request.header("x-forwarded-for"):
            return Answer(403, b"Forbidden", "text/plain")
        if not seconds.isdecimal() or not 0 < int(seconds) <= LONGEST_TOKEN_S:
            return Answer(400, b"Bad Request", "text/plain")
        token = secrets.token_urlsafe(40)
        with self._lock:
            self._tokens[token] = at + timedelta(seconds=int(seconds))
        return Answer(200, token.encode(), "text/plain")


def _json(content: JsonObject) -> Answer:
    return Answer(200, json.dumps(content).encode())
