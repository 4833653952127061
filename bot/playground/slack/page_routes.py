"""The HTTP routes that the page calls: its files, its texts, the stream of what changes, and what a person does."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from bot.addresses import is_loopback
from bot.languages import Texts
from bot.playground.slack.actor import Actor
from bot.playground.slack.gestures import GESTURES, Misuse
from bot.playground.slack.snapshot import Offer, snapshot
from bot.playground.slack.workspace import Workspace

_FILE: Final = re.compile(r"[a-z_]+\.(js|css|html|svg)")
_KINDS: Final = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: After so many seconds without news the stream sends a sign of life, which also notices a page that left.
_HEARTBEAT_SECONDS: Final = 10.0


class Stream:
    """The changes that open pages wait for, until the stand-in stops."""

    def __init__(self, workspace: Workspace, offer: Offer, connected: Callable[[], bool]) -> None:
        self._workspace = workspace
        self._offer = offer
        self._connected = connected
        self._stopped = False

    def stop(self) -> None:
        """Let every open page go."""
        self._stopped = True
        self._workspace.touch()

    def watch(self, user: str) -> Iterator[str]:
        """Server-sent events: the person's whole screen, now and after every change."""
        seen = -1
        while not self._stopped:
            if not self._workspace.wait_for(partial(self._has_news, seen), _HEARTBEAT_SECONDS):
                yield ": still here\n\n"
                continue
            screen = snapshot(self._workspace, user, self._offer, connected=self._connected())
            seen = screen["version"]
            yield f"data: {json.dumps(screen)}\n\n"

    def _has_news(self, seen: int) -> bool:
        return self._stopped or self._workspace.version != seen


def page_routes(workspace: Workspace, stream: Stream, actor: Callable[[str], Actor]) -> Blueprint:
    """The routes, as one blueprint."""
    routes = Blueprint("page", __name__)
    _add_files(routes)
    _add_deeds(routes, workspace, stream, actor)
    return routes


def only_from_here() -> Response | None:
    """The refusal of a request from another site's page, or under another host's name; None for all others."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        return Response("the playground answers on loopback only", HTTPStatus.FORBIDDEN)
    return None


def _add_files(routes: Blueprint) -> None:
    folder = resources.files("bot.playground") / "page"

    @routes.get("/")
    def index() -> Response:
        return Response((folder / "index.html").read_bytes(), content_type="text/html; charset=utf-8", headers=_HEADERS)

    @routes.get("/page/<name>")
    def file(name: str) -> Response:
        if not _FILE.fullmatch(name) or not (folder / name).is_file():
            return Response("no such file", HTTPStatus.NOT_FOUND)
        kind = _KINDS[name.rpartition(".")[2]]
        return Response((folder / name).read_bytes(), content_type=f"{kind}; charset=utf-8", headers=_HEADERS)

    @routes.get("/page/texts")
    def texts() -> Response:
        return jsonify(Texts("bot.playground", "page/texts.toml").tables)


def _add_deeds(routes: Blueprint, workspace: Workspace, stream: Stream, actor: Callable[[str], Actor]) -> None:
    @routes.get("/page/stream")
    def watch() -> Response:
        user = request.args.get("user", "")
        if user not in workspace.people:
            return Response("no such person", HTTPStatus.NOT_FOUND)
        return Response(stream.watch(user), content_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @routes.post("/page/do")
    def act() -> tuple[Response, int]:
        wish = request.get_json(silent=True) if request.is_json else None
        gesture = GESTURES.get(str(wish.get("do"))) if isinstance(wish, dict) else None
        if not isinstance(wish, dict) or gesture is None or wish.get("user") not in workspace.people:
            return jsonify(ok=False, error="not understood"), HTTPStatus.BAD_REQUEST
        try:
            gesture(workspace, actor(str(wish["user"])), wish)
        except (LookupError, ValueError, Misuse) as error:
            return jsonify(ok=False, error=str(error)), HTTPStatus.CONFLICT
        return jsonify(ok=True), HTTPStatus.OK
