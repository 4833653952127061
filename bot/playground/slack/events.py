"""The Events API: mentions, reactions, opened Home tabs, who left; repeated when the bot does not acknowledge them."""

import itertools
import re
import threading
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.playground.slack import payloads
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.messages import Message, Request, View
from bot.playground.slack.people import Channel, Json, Person, direct_messages
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.workspace_methods import user_object

#: Seconds after a failed delivery at which Slack tries again: at once, after a minute, after five.
RETRY_SECONDS: Final = (0.0, 60.0, 300.0)
#: The domains that the app of the manifest asks for.
DOMAINS: Final = ("api.aliyun.com", "api.alibabacloud.com", "error-center.aliyun.com")
_URL: Final = re.compile(r"https?://[^\s<>|\"]+")
_REASONS: Final = {"operation_timeout": "http_timeout", "dispatch_failed": "http_error"}


class Events:
    """Sends events. The first delivery happens in the caller's thread, repetitions in the background."""

    def __init__(self, workspace: Workspace, delivery: Delivery, retry_seconds: Sequence[float] = RETRY_SECONDS) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._retry_seconds = tuple(retry_seconds)
        self._numbers = itertools.count(1)
        self._timers: list[threading.Timer] = []
        self._stopped = False

    def stop(self) -> None:
        """Forget what was still to be repeated."""
        self._stopped = True
        for timer in self._timers:
            timer.cancel()

    def mention(self, person: Person, channel: Channel, message: Message) -> Request | None:
        """app_mention; only where the bot is a member and was granted app_mentions:read, else None."""
        if not self._workspace.bot_is_in(channel.id) or "app_mentions:read" not in self._workspace.scopes:
            return None
        body: Json = {
            "user": person.id,
            "text": message.text,
            "ts": message.ts,
            "channel": channel.id,
            "team": person.team,
            "user_team": person.team,
            "event_ts": message.ts,
            "client_msg_id": f"client-{message.ts}",
        }
        if message.thread_ts:
            body["thread_ts"] = message.thread_ts
        return self._send("app_mention", body, person, shared=channel.shared)

    def reaction(self, person: Person, channel: Channel, message: Message, name: str) -> Request | None:
        """reaction_added; only where the bot is a member and was granted reactions:read, else None."""
        if not self._workspace.bot_is_in(channel.id) or "reactions:read" not in self._workspace.scopes:
            return None
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        body: Json = {"user": person.id, "reaction": name, "item": item, "event_ts": self._workspace.new_ts()}
        author = {"item_user": message.author} if message.author else {}
        return self._send("reaction_added", body | author, person, shared=channel.shared)

    def links(self, person: Person, channel: Channel, message: Message) -> Request | None:
        """link_shared, for links to the app's domains, wherever they are posted; None for none, or without links:read."""
        urls = [url for url in _URL.findall(message.text) if urlsplit(url).hostname in DOMAINS]
        if not urls or "links:read" not in self._workspace.scopes:
            return None
        body: Json = {
            "user": person.id,
            "channel": channel.id,
            "message_ts": message.ts,
            "links": [{"domain": urlsplit(url).hostname, "url": url} for url in urls],
            "source": "conversations_history",
            "unfurl_id": f"{channel.id}.{message.ts}",
            "is_bot_user_member": self._workspace.bot_is_in(channel.id),
            "event_ts": message.ts,
        }
        if message.thread_ts:
            body["thread_ts"] = message.thread_ts
        return self._send("link_shared", body, person, shared=channel.shared)

    def home_opened(self, person: Person, view: View | None) -> Request:
        """app_home_opened, with the view that is published."""
        body: Json = {
            "user": person.id,
            "channel": direct_messages(person).id,
            "tab": "home",
            "event_ts": self._workspace.new_ts(),
        }
        if view is not None:
            body["view"] = payloads.view_payload(view, {})
        return self._send("app_home_opened", body, person)

    def user_changed(self, person: Person) -> Request | None:
        """user_change, with the person as they are now; only with users:read, else None."""
        if "users:read" not in self._workspace.scopes:
            return None
        ts = self._workspace.new_ts()
        user = user_object(person, locale=True)
        return self._send("user_change", {"user": user, "cache_ts": int(float(ts)), "event_ts": ts}, person)

    def tokens_revoked(self, **tokens: list[str]) -> Request:
        """tokens_revoked: the users whose tokens (``oauth``, ``bot``) are no longer any; needs no scope."""
        return self._send("tokens_revoked", {"tokens": tokens})

    def uninstalled(self) -> Request:
        """app_uninstalled; needs no scope."""
        return self._send("app_uninstalled", {})

    def again(self, payload: Json) -> Request:
        """Deliver an event once more although it was acknowledged, as Slack sometimes does."""
        return self._delivery.event(payload, 1, "unknown_error")

    def verify_url(self, challenge: str = "stand-in-challenge") -> Request:
        """url_verification, as when a request URL is entered."""
        return self._delivery.event(payloads.url_verification(challenge))

    def _send(self, kind: str, body: Json, person: Person | None = None, *, shared: bool = False) -> Request:
        event_id = f"Ev0{next(self._numbers):07d}"
        payload = payloads.event({"type": kind} | body, event_id, self._workspace.clock(), person, shared=shared)
        request = self._delivery.event(payload)
        self._repeat_later(payload, request, 1)
        return request

    def _repeat_later(self, payload: Json, request: Request, attempt: int) -> None:
        if request.error is None or attempt > len(self._retry_seconds) or self._stopped:
            return
        reason = _REASONS.get(request.error, "connection_failed")
        timer = threading.Timer(self._retry_seconds[attempt - 1], self._repeat, (payload, attempt, reason))
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _repeat(self, payload: Json, attempt: int, reason: str) -> None:
        if not self._stopped:
            self._repeat_later(payload, self._delivery.event(payload, attempt, reason), attempt + 1)
