"""HTTP to Slack: over kept connections, before a deadline, and following no redirect.

What is meant for Slack, the bot's token first of all, goes nowhere else; and no post pays for a TLS handshake of its own.
"""

from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request as SlackRequest

import slack_sdk

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.aliyun.protocol import HttpAnswer
from bot.aliyun.signing import Request
from bot.aliyun.transport import Transport

_CONNECTING: Final = frozenset({"pool", "dns", "connect", "refused", "unreachable", "tls"})


class NotSentError(OSError):
    """There was no connection, so surely nothing was sent."""


class StraightWebClient(slack_sdk.WebClient):
    """The Web API's client; a redirect is an answer like any other that is no JSON: an error."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._transport = Transport(tls=self.ssl)

    def post(self, url: str, content: bytes, headers: dict[str, str]) -> HttpAnswer:
        """Post, and read the whole answer. Raises NotSentError, and another OSError when Slack may have read it."""
        parts = urlsplit(url)
        request = Request(parts.scheme, parts.netloc, "POST", parts.path or "/", parts.query, body=content)
        try:
            return self._transport.send(request, headers | {"Host": parts.netloc}, Deadline.after(self.timeout))
        except AliyunError as error:
            reason, kind = error.reason, NotSentError if error.reason in _CONNECTING else ConnectionError
        raise kind(reason)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _perform_urllib_http_request_internal(self, url: str, req: SlackRequest) -> dict[str, Any]:
        content = req.data if isinstance(req.data, bytes) else b""
        answer = self.post(url, content, dict(req.header_items()))
        return {"status": answer.status, "headers": answer.headers, "body": answer.body.decode("utf-8", "replace")}
