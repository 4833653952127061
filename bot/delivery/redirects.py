"""Slack's clients, made to follow no redirect: what is meant for Slack, the bot's token first of all, goes nowhere else."""

import ssl
from functools import cache
from typing import Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

import slack_sdk
from slack_sdk.webhook import WebhookClient, WebhookResponse


class _Follow(HTTPRedirectHandler):
    """Follows nothing: urllib then reports the redirect's own status as an HTTPError."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@cache
def _opener(tls: ssl.SSLContext | None) -> OpenerDirector:
    return build_opener(HTTPSHandler(context=tls), _Follow())


class StraightWebClient(slack_sdk.WebClient):
    """The Web API's client; a redirect is an answer like any other that is no JSON: an error."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._opener = _opener(self.ssl)

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:  # noqa: ARG002 - req holds it
        with self._opener.open(req, timeout=self.timeout) as answer:
            return {"status": answer.status, "headers": answer.headers, "body": answer.read().decode("utf-8", "replace")}


class StraightWebhookClient(WebhookClient):
    """The client of a response_url; a redirect is given back with its status."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        with _opener(self.ssl).open(req, timeout=self.timeout) as answer:
            body = answer.read().decode("utf-8", "replace")
            return WebhookResponse(url=url, status_code=answer.status, body=body, headers=answer.headers)
