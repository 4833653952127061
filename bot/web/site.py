"""The routes: Slack's one, and those of an orchestrator. Plain WSGI: a framework took a tenth of the start for four routes."""

from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest

from bot.web.frontdoor import MOST_BYTES, DispatchResult, FrontDoor

SLACK: Final = "/slack/events"
_LOG: Final = structlog.get_logger("bot.web")


def create_app(*, door: FrontDoor, lacking: Callable[[], list[str]], registry: CollectorRegistry) -> WSGIApplication:
    """The WSGI application.

    Args:
        door: answers what is posted to ``/slack/events``.
        lacking: in one word each, why no command can be taken durably now; ``/readyz``.
        registry: the metrics that ``/metrics`` shows; the count of requests by status is added to it.
    """
    requests = Counter("requestlog_slack_requests", "Requests to /slack/events by status", ["status"], registry=registry)

    def slack_events(environ: WSGIEnvironment) -> DispatchResult:
        if int(environ.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return _refused(413)
        headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")}
        media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        return door.receive(headers, media_type, environ["wsgi.input"].read())

    def healthz(_environ: WSGIEnvironment) -> DispatchResult:
        return DispatchResult(body="ok\n")

    def readyz(_environ: WSGIEnvironment) -> DispatchResult:
        words = lacking()
        return DispatchResult(503, f"not ready: {', '.join(words)}\n") if words else DispatchResult(body="ready\n")

    def metrics(_environ: WSGIEnvironment) -> DispatchResult:
        return DispatchResult(200, generate_latest(registry).decode(), CONTENT_TYPE_LATEST)

    routes = {SLACK: slack_events, "/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path not in routes:
            answer = _refused(404)
        elif method not in ({"POST"} if path == SLACK else {"GET", "HEAD"}):
            answer = _refused(405)
        else:
            # What a listener could not digest was signed and is logged: 400, since Slack would only send a 500 again.
            answer = _refused(400)
            with _LoggedByClass():
                answer = routes[path](environ)
        if path == SLACK:
            requests.labels(answer.status).inc()
        body = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [] if method == "HEAD" else [body]

    return app


def _refused(status: int) -> DispatchResult:
    return DispatchResult(status, "refused\n")


class _LoggedByClass:
    """Ends an unforeseen error, and says its class alone; a traceback would print what people wrote."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        _LOG.error("dispatch_failed", error=kind.__name__)
        return True
