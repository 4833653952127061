"""The routes: Slack's one, and those of an orchestrator."""

from collections.abc import Callable
from typing import Final

import structlog
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.web.frontdoor import MOST_BYTES, FrontDoor

_LOG: Final = structlog.get_logger("bot.web")


class _Site(Flask):
    """A Flask that says of an unforeseen error its class alone; a traceback would print what people wrote."""

    def log_exception(self, exc_info: object) -> None:
        kind = exc_info[0] if isinstance(exc_info, tuple) else None
        _LOG.error("dispatch_failed", error=getattr(kind, "__name__", "unknown"))


def create_app(*, door: FrontDoor, lacking: Callable[[], list[str]], registry: CollectorRegistry) -> Flask:
    """The WSGI application.

    Args:
        door: answers what is posted to ``/slack/events``.
        lacking: in one word each, why no command can be taken durably now; ``/readyz``.
        registry: the metrics that ``/metrics`` shows; the count of requests by status is added to it.
    """
    app = _Site("bot.web", static_folder=None)
    requests = Counter("requestlog_slack_requests", "Requests to /slack/events by status", ["status"], registry=registry)

    @app.post("/slack/events")
    def slack_events() -> Response:
        if request.content_length is not None and request.content_length > MOST_BYTES:
            return _plain("refused\n", 413)
        answer = door.receive(dict(request.headers), request.mimetype, request.get_data(cache=False))
        return Response(answer.body, answer.status, content_type=answer.content_type)

    @app.after_request
    def count(response: Response) -> Response:
        if request.path == "/slack/events":
            requests.labels(response.status_code).inc()
        return response

    @app.get("/healthz")
    def healthz() -> Response:
        return _plain("ok\n")

    @app.get("/readyz")
    def readyz() -> Response:
        words = lacking()
        return _plain(f"not ready: {', '.join(words)}\n", 503) if words else _plain("ready\n")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_error_handler(HTTPException, _refused)
    return app


def _refused(error: HTTPException) -> Response:
    """A plain word for every refusal of the framework.

    What a listener could not digest was signed and is logged: 400, since Slack would only send a 500 again.
    """
    status = 400 if isinstance(error, InternalServerError) else error.code
    return _plain("refused\n", status or 400)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
