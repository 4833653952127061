"""HTTP to Slack: over kept connections, and following no redirect.

What is meant for Slack, the bot's token first of all, goes nowhere else; and no post pays for a TLS handshake of its own.
"""

from typing import Any, Final
from urllib.request import Request

import httpx
import slack_sdk

_KEPT_S: Final = 20.0
_CONNECTING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NotSentError(OSError):
    """There was no connection, so surely nothing was sent."""


class StraightWebClient(slack_sdk.WebClient):
    """The Web API's client; a redirect is an answer like any other that is no JSON: an error."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # As many as there are threads that post: httpcore must never close an idle one for lack of room, see aliyun.transport.
        kept = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=_KEPT_S)
        self._line = httpx.HTTPTransport(verify=self.ssl or True, limits=kept)

    def post(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """Post, and read the whole answer. Raises NotSentError, and another OSError when Slack may have read it."""
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), float(self.timeout))
        request = httpx.Request("POST", url, headers=headers, content=content, extensions={"timeout": timeouts})
        try:
            # Straight to the transport: a client around it would add redirects, cookies and a log line with the URL.
            answer = self._line.handle_request(request)
            try:
                answer.read()
            finally:
                answer.close()
        except _CONNECTING as error:
            raise NotSentError(type(error).__name__) from None
        except httpx.TransportError as error:
            raise ConnectionError(type(error).__name__) from None
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        content = req.data if isinstance(req.data, bytes) else b""
        answer = self.post(url, content, dict(req.header_items()))
        return {"status": answer.status_code, "headers": answer.headers, "body": answer.content.decode("utf-8", "replace")}
