"""One call of Slack's: Web API, response_url or upload, and what its answer means for the message in it.

Three ends: it was done; Slack refused it, so that another way may be tried (NotPostedError); Slack is away, so that it is
tried again later (AwayError). Nobody waits here for long: what throttles or hangs closes its method for all for a while.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from bot.addresses import is_loopback
from bot.delivery.redirects import NotSentError, StraightWebClient
from bot.traces import TRACES

RESPONSE_URL: Final = "response_url"
_OK: Final = 200
_THROTTLED: Final = 429
_FAILING: Final = 500
_PATIENCE_S: Final = 2.0
"""How long a thread waits for a throttled method; longer ones are left to the engine."""
_LONGEST_S: Final = 900.0
_QUIET_S: Final = 1.0
"""How long nobody calls a method that did not answer, else every thread would hang in it."""
_CODE: Final = re.compile(r"[a-z0-9_:.]{1,80}")
_SLACK_FAILS: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})


class UndeliverableError(Exception):
    """No way was open. ``reason`` is one word or Slack's own error code; it never holds an address or a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotPostedError(Exception):
    """Slack said that nothing was posted this way; another may be tried. ``reason`` is Slack's error code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes: back through the ``response_url``, else into ``channel`` and ``thread_ts`` for ``user`` alone.

    ``team`` is the workspace, where it is known.
    """

    user: str
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Unsent:
    """What could not be sent, in plain values: a message and where it was to go, or a modal's view.

    ``lost`` says that an attempt may have arrived, since its receipt was lost. Of a view, ``text`` and ``blocks`` are what is
    told when its modal was closed meanwhile; nothing where they are empty.
    """

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    target: Target | None = None
    replace_original: bool = False
    view: dict[str, Any] | None = None
    view_id: str | None = None
    external_id: str | None = None
    lost: bool = False
    kind: Literal["unsent"] = "unsent"


class AwayError(UndeliverableError):
    """Slack is away, or wants to be left alone: trying again later is right.

    Attributes:
        reason: one word.
        lost: whether the request was sent, so that it may have been done.
        retry_after: how many seconds Slack wants to be left alone.
        unsent: what is to be sent later, where that is known.
    """

    def __init__(self, reason: str, *, lost: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.lost = lost
        self.retry_after = retry_after
        self.unsent: Unsent | None = None


class Calls:
    """Calls Slack. ``response_hosts`` are the hosts that a response_url may name; listed loopback hosts may use http.

    ``heard`` (method, error) is told how each call ended; the error is empty where it was done.
    """

    def __init__(
        self,
        web: StraightWebClient,
        *,
        response_hosts: tuple[str, ...],
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        heard: Callable[[str, str], None],
    ) -> None:
        self._web = web
        self._hosts = response_hosts
        self._sleep = sleep
        self._clock = clock
        self._heard = heard
        self._closed_until: dict[str, float] = {}
        self._lock = threading.Lock()

    def call(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One Web API call. Raises NotPostedError and AwayError."""

        def send() -> tuple[int, str, str | None, dict[str, Any]]:
            # Slack's reading methods take no JSON, and only JSON carries blocks and views whole
            nested = any(isinstance(value, dict | list) for value in arguments.values())
            try:
                answer = self._web.api_call(method, json=arguments) if nested else self._web.api_call(method, params=arguments)
            except SlackApiError as error:
                code, status = str(error.response.get("error", "unknown")), int(error.response.status_code)
                # What is no JSON comes as a sentence with the answer's own text in it.
                return status, code if _CODE.fullmatch(code) else f"http_{status}", _retry_after(error.response.headers), {}
            return _OK, "", None, dict(answer.data)  # type: ignore[arg-type] # the sync client's data is a dict

        return self._tried(method, send)

    def respond(self, url: str, said: dict[str, Any]) -> None:
        """One post to a response_url. Raises NotPostedError and AwayError."""
        if not self.may_post_to(url):
            raise NotPostedError("foreign_response_url")

        def send() -> tuple[int, str, str | None, dict[str, Any]]:
            answer = self._web.post(url, json.dumps(said).encode(), {"Content-Type": "application/json;charset=utf-8"})
            error = "" if answer.status == _OK else f"response_url_{answer.status}"
            return answer.status, error, _retry_after(answer.headers), {}

        self._tried(RESPONSE_URL, send)

    def upload(self, url: str, content: bytes) -> None:
        """A file's content to where Slack said; nowhere but to Slack, and never on to where that might redirect."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not (self.may_post_to(url) or (parts.scheme == "https" and host.endswith(".slack.com") and parts.port is None)):
            raise NotPostedError("foreign_upload_url")
        try:
            status = self._web.post(url, content, {"Content-Type": "application/octet-stream"}).status
        except OSError:
            raise NotPostedError("unreachable") from None
        if status != _OK:
            raise NotPostedError(f"upload_{status}")

    def may_post_to(self, url: str) -> bool:
        """Whether an address is one of the hosts that a response_url may name."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        if host not in self._hosts or parts.username is not None:
            return False
        if is_loopback(host):
            return parts.scheme in ("http", "https")
        return parts.scheme == "https" and parts.port in (None, 443)

    def _tried(self, method: str, send: Callable[[], tuple[int, str, str | None, dict[str, Any]]]) -> dict[str, Any]:
        """What a call gives; a throttled one is tried once more where that is soon."""
        for last in (False, True):
            self._check_open(method)
            try:
                with TRACES.span("slack", method=method) as note:
                    status, code, retry_after, answer = send()
                    note("error", code)
            except OSError as error:
                lost = not isinstance(error, NotSentError)
                raise self._away(method, "lost_receipt" if lost else "unreachable", _QUIET_S, lost=lost) from None
            if not code:
                self._heard(method, "")
                return answer
            if status == _THROTTLED:
                away = self._away(method, "ratelimited", _pause(retry_after))
                if last or away.retry_after > _PATIENCE_S:
                    raise away
                self._sleep(away.retry_after)
                self._closed_until.pop(method, None)
            elif status >= _FAILING or code in _SLACK_FAILS:
                raise self._away(method, code, _QUIET_S)
            else:
                self._heard(method, code)
                raise NotPostedError(code)
        raise NotPostedError("ratelimited")

    def _check_open(self, method: str) -> None:
        left = self._closed_until.get(method, 0.0) - self._clock()
        if left > 0:
            raise AwayError("held_back", retry_after=left)

    def _away(self, method: str, reason: str, pause: float, *, lost: bool = False) -> AwayError:
        self._heard(method, reason)
        with self._lock:
            self._closed_until[method] = max(self._closed_until.get(method, 0.0), self._clock() + pause)
        return AwayError(reason, lost=lost, retry_after=pause)


def _retry_after(headers: Mapping[str, Any] | None) -> str | None:
    found = headers.get("retry-after") if headers else None
    return None if found is None else str(found[0] if isinstance(found, list) else found)


def _pause(retry_after: str | None) -> float:
    """Slack's Retry-After in seconds, capped; odd values count as one second."""
    return min(float(retry_after), _LONGEST_S) if retry_after and retry_after.isdecimal() else 1.0
