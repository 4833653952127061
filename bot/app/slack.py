"""Slack's side: what must be set to reach it, and a Bolt app behind our own front door."""

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.listeners.undigested import refuse_undigested
from bot.redirects import StraightWebClient
from bot.settings import Settings, SettingsError
from bot.web import DispatchResult

LISTENER_THREADS: Final = 40


def check_slack(settings: Settings) -> None:
    """Raise SettingsError unless there is what reaching Slack takes."""
    missing = []
    if settings.slack_bot_token is None:
        missing.append("SLACK_BOT_TOKEN is not set: it is on the app's OAuth & Permissions page.")
    if not settings.socket_mode and settings.slack_signing_secret is None:
        missing.append("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    if missing:
        raise SettingsError(missing)


def web_client(settings: Settings) -> WebClient:
    """The client that posts. It repeats nothing by itself: Delivery knows what may be sent twice."""
    return StraightWebClient(
        token=settings.secret("slack_bot_token"),
        base_url=settings.slack_api_url,
        timeout=10,
        # Made once: without it each call would read the trusted certificates again.
        ssl=ssl.create_default_context(),
        retry_handlers=[],
    )


def bolt_app(settings: Settings) -> App:
    """A Bolt app that trusts our front door and never asks Slack who it is."""
    token = settings.secret("slack_bot_token")

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = App(
        client=WebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        listener_executor=ThreadPoolExecutor(LISTENER_THREADS, "listener"),
    )
    refuse_undigested(app)
    return app


def dispatcher(app: App) -> Callable[[dict[str, Any], dict[str, str]], DispatchResult]:
    """What the front door calls with a verified and parsed payload."""

    def dispatch(payload: dict[str, Any], headers: dict[str, str]) -> DispatchResult:
        request = BoltRequest(mode="socket_mode", body=payload, headers={name: [value] for name, value in headers.items()})
        answer = app.dispatch(request)
        content_type = answer.first_headers().get("content-type", "text/plain; charset=utf-8")
        return DispatchResult(answer.status, answer.body, content_type)

    return dispatch
