"""The last station: a message reaches the person who asked, where they asked, or it is said why not.

The ways, in order: the response_url (works where the bot is no member), an ephemeral message in the channel or thread, a
direct message. A way is left only when Slack said that nothing was posted; after a lost answer nothing is sent again, for a
second copy of a private answer is worse than a recorded failure.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Self
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.addresses import is_loopback
from bot.blocks.kit import Message
from bot.blocks.shortcut import aside
from bot.redirects import StraightWebhookClient

UNSHOWABLE: Final = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "response_url_400")
DELIVERED: Final = "delivered"
PATIENCE_S: Final = 10.0
TRIES: Final = 3
TIMEOUT_S: Final = 10
THROTTLED: Final = 429
OK: Final = 200
#: How long a workspace that refused Slack's newer blocks is sent none, so that no answer is refused first.
PLAIN_FOR_S: Final = 3600.0

_CODE: Final = re.compile(r"[a-z0-9_:.]{1,80}")
_SHOWN: Final = ("chat.", "files.complete", "views.")
NETWORK_ERRORS: Final = (URLError, HTTPException, OSError)


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
class Attachment:
    """A file to post: its name, its content, and the words that stand above it (mrkdwn of our own)."""

    name: str
    content: bytes
    comment: str = ""


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


class Delivery:
    """Posts messages. ``response_hosts`` are the hosts that a response_url may name; listed loopback hosts may use http."""

    def __init__(
        self,
        web: WebClient,
        *,
        response_hosts: tuple[str, ...],
        sleep: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._web = web
        self._hosts = response_hosts
        self._sleep = sleep
        self._clock = clock
        self._plain_since: dict[str | None, float] = {}
        self._tls = web.ssl or ssl.create_default_context()
        self._claim: Callable[[], None] = lambda: None

    def claiming(self, claim: Callable[[], None]) -> Self:
        """The same, but ``claim`` is called before anything that Slack shows to somebody, and what it raises goes out."""
        claiming = copy(self)
        claiming._claim = claim  # noqa: SLF001 - our own copy
        return claiming

    def privately(self, message: Message, target: Target, *, replace_original: bool = False) -> None:
        """Show a message to one person alone; in plainer blocks, or its words alone, when Slack does not take its blocks.

        Raises UndeliverableError with the last way's reason.
        """
        send = partial(self._privately, target=target, replace_original=replace_original)
        try:
            self._shown(send, message, target.team)
        except UndeliverableError as error:
            if error.reason not in UNSHOWABLE or not message.blocks:
                raise
            # Blocks that Slack does not take are our fault; the words alone still answer.
            send(Message(message.text))

    def publicly(self, message: Message, target: Target) -> None:
        """Post a message for all to see: into the thread or channel, else through the response_url."""
        self._shown(partial(self._publicly, target=target), message, target.team)

    def _shown(self, send: Callable[[Message], None], message: Message, team: str | None) -> None:
        """Send a message; in plainer blocks where the workspace does not take the newer ones, and that is remembered."""
        since = self._plain_since.get(team)
        if message.newer and since is not None and self._clock() - since < PLAIN_FOR_S:
            message = message.plainer()
        try:
            send(message)
        except UndeliverableError as error:
            if error.reason not in UNSHOWABLE or not message.newer:
                raise
            send(message.plainer())
            self._plain_since[team] = self._clock()

    def _privately(self, message: Message, *, target: Target, replace_original: bool) -> None:
        ways: list[Callable[[], None]] = []
        if target.response_url and not (target.thread_ts and target.channel):
            ways.append(partial(self._respond, message, target, replace_original=replace_original))
        if target.channel:
            ways.append(partial(self._ephemeral, message, target))
        if target.response_url and target.thread_ts and target.channel:
            ways.append(partial(self._respond, message, target, replace_original=replace_original))
        reason = self._closed(ways, message)
        if reason is not None and not (reason in UNSHOWABLE and message.blocks):
            # Only what was to stand elsewhere needs a word on why it does not
            said = aside(message, reason) if ways else message
            reason = self._closed([partial(self._post, said, target.user, None)], said)
        if reason is not None:
            raise UndeliverableError(reason)

    def _publicly(self, message: Message, *, target: Target) -> None:
        ways: list[Callable[[], None]] = []
        if target.channel:
            ways.append(partial(self._post, message, target.channel, target.thread_ts))
        if target.response_url:
            ways.append(partial(self._respond, message, target, public=True))
        if (reason := self._closed(ways, message)) is not None:
            raise UndeliverableError(reason)

    def upload(self, file: Attachment, channel: str, thread_ts: str | None = None) -> None:
        """Post a file in a channel or thread; needs files:write, and the bot in the channel.

        Raises UndeliverableError with Slack's reason.
        """
        place = {"channel_id": channel} | ({"thread_ts": thread_ts} if thread_ts else {})
        try:
            made = self.call("files.getUploadURLExternal", filename=file.name, length=len(file.content))
            self._send_file(str(made.get("upload_url")), file.content)
            listed = [{"id": str(made.get("file_id")), "title": file.name}]
            self.call("files.completeUploadExternal", files=listed, initial_comment=file.comment, **place)
        except NotPostedError as error:
            raise UndeliverableError(error.reason) from None

    def _send_file(self, url: str, content: bytes) -> None:
        """The content to where Slack said; nowhere but to Slack, and never on to where that might redirect."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not (self._may_post_to(url) or (parts.scheme == "https" and host.endswith(".slack.com") and parts.port is None)):
            raise NotPostedError("foreign_upload_url")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        line: HTTPConnection
        if parts.scheme == "https":
            line = HTTPSConnection(host, parts.port, timeout=TIMEOUT_S, context=self._tls)
        else:
            line = HTTPConnection(host, parts.port, timeout=TIMEOUT_S)
        with closing(line):
            try:
                line.request("POST", path, body=content, headers={"Content-Type": "application/octet-stream"})
                status = line.getresponse().status
            except NETWORK_ERRORS:
                raise NotPostedError("unreachable") from None
        if status != OK:
            raise NotPostedError(f"upload_{status}")

    def _closed(self, ways: list[Callable[[], None]], message: Message) -> str | None:
        """Why the last of the ways was closed; None once one was open. Blocks that Slack does not take it takes by none."""
        reason = "no_way"
        for way in ways:
            try:
                way()
            except NotPostedError as error:
                reason = error.reason
                if reason in UNSHOWABLE and message.blocks:
                    break
            else:
                return None
        return reason

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One Web API call, patient with throttling up to a cap. Raises NotPostedError or UndeliverableError."""
        if method.startswith(_SHOWN):
            self._claim()
        for attempt in range(1, TRIES + 1):
            try:
                # Slack's reading methods take no JSON, and only JSON carries blocks and views whole
                nested = any(isinstance(value, dict | list) for value in arguments.values())
                answer = self._web.api_call(method, json=arguments) if nested else self._web.api_call(method, params=arguments)
                return dict(answer.data)  # type: ignore[arg-type] # the sync client's data is a dict
            except SlackApiError as error:
                code = str(error.response.get("error", "unknown"))
                if error.response.status_code != THROTTLED or attempt == TRIES:
                    # What is no JSON comes as a sentence with the answer's own text in it.
                    raise NotPostedError(code if _CODE.fullmatch(code) else f"http_{error.response.status_code}") from None
                self._sleep(_pause(error.response.headers.get("Retry-After")))
            except NETWORK_ERRORS as error:
                if _was_sent(error):
                    raise UndeliverableError("lost_answer") from None
                raise NotPostedError("unreachable") from None
        raise NotPostedError("ratelimited")

    def _ephemeral(self, message: Message, target: Target) -> None:
        place = {"thread_ts": target.thread_ts} if target.thread_ts else {}
        self.call("chat.postEphemeral", channel=target.channel, user=target.user, **place, **body(message))

    def _post(self, message: Message, channel: str, thread_ts: str | None) -> None:
        place = {"thread_ts": thread_ts} if thread_ts else {}
        self.call("chat.postMessage", channel=channel, **place, **body(message))

    def _respond(self, message: Message, target: Target, *, public: bool = False, replace_original: bool = False) -> None:
        url = target.response_url or ""
        if not self._may_post_to(url):
            raise NotPostedError("foreign_response_url")
        self._claim()
        said = body(message) | {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": replace_original,
        }
        if target.thread_ts:
            said["thread_ts"] = target.thread_ts
        client = StraightWebhookClient(url, timeout=TIMEOUT_S, ssl=self._tls, retry_handlers=[])
        for attempt in range(1, TRIES + 1):
            try:
                answer = client.send_dict(said)
            except NETWORK_ERRORS as error:
                if _was_sent(error):
                    raise UndeliverableError("lost_answer") from None
                raise NotPostedError("unreachable") from None
            if answer.status_code == OK:
                return
            if answer.status_code != THROTTLED or attempt == TRIES:
                raise NotPostedError(f"response_url_{answer.status_code}")
            self._sleep(_pause(answer.headers.get("Retry-After")))

    def _may_post_to(self, url: str) -> bool:
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


def body(message: Message) -> dict[str, Any]:
    """A message as the methods of the Web API take it: nothing in it is unfurled, or read as a mention."""
    return message.as_json() | {"unfurl_links": False, "unfurl_media": False, "parse": "none"}


def _pause(retry_after: str | None) -> float:
    """Slack's Retry-After in seconds, capped; odd values count as one second."""
    return min(float(retry_after), PATIENCE_S) if retry_after and retry_after.isdigit() else 1.0


def _was_sent(error: Exception) -> bool:
    """Whether Slack may have read the request: only what failed while connecting surely was not sent."""
    cause = error.reason if isinstance(error, URLError) else error
    return not isinstance(cause, ConnectionRefusedError | socket.gaierror | ssl.SSLError)


def without_url(target: Target) -> Target:
    """The target once its response_url is spent."""
    return replace(target, response_url=None)
