"""The last station: a message reaches the person who asked, where they asked, or it is said why not.

The ways, in order: the response_url (works where the bot is no member), an ephemeral message in the channel or thread, a
direct message. A way is left only when Slack said that nothing was posted. While Slack is away the message waits
(``AwayError.unsent``), and goes out later; where its receipt was lost it then says that it may be a repetition, for no answer
is worse than two.
"""

import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Self

from bot.blocks.kit import Message
from bot.blocks.shortcut import aside
from bot.delivery.calls import AwayError, Calls, NotPostedError, Target, UndeliverableError, Unsent
from bot.delivery.redirects import StraightWebClient
from bot.store.database import Write
from bot.store.inbox import Claim

__all__ = ["Attachment", "AwayError", "Delivery", "NotPostedError", "Target", "UndeliverableError", "Unsent"]

UNSHOWABLE: Final = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "response_url_400")
DELIVERED: Final = "delivered"
#: How long a workspace that refused Slack's newer blocks is sent none, so that no answer is refused first.
PLAIN_FOR_S: Final = 3600.0
_SHOWN: Final = ("chat.", "files.complete", "views.", "canvases.")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to post: its name, its content, and the words that stand above it (mrkdwn of our own)."""

    name: str
    content: bytes
    comment: str = ""


class Delivery:
    """Posts messages. ``response_hosts`` are the hosts that a response_url may name; listed loopback hosts may use http."""

    def __init__(
        self,
        web: StraightWebClient,
        *,
        response_hosts: tuple[str, ...],
        sleep: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
        heard: Callable[[str, str], None] = lambda _method, _error: None,
    ) -> None:
        self._calls = Calls(web, response_hosts=response_hosts, sleep=sleep, clock=clock, heard=heard)
        self._clock = clock
        self._plain_since: dict[str | None, float] = {}
        self.claim: Claim = anybody
        self.repeated = False

    def claiming(self, claim: Claim, *, repeated: bool = False) -> Self:
        """The same, but ``claim`` is called before anything that Slack shows to somebody, and what it raises goes out.

        With ``repeated``, messages say that they may be a repetition.
        """
        claiming = copy(self)
        claiming.claim, claiming.repeated = claim, repeated
        return claiming

    def in_passing(self) -> Self:
        """The same for what is no answer, such as a note on how far it is: no answer repeats it."""
        return self.claiming(partial(self.claim, passing=True))

    def privately(self, message: Message, target: Target, *, replace_original: bool = False) -> None:
        """Show a message to one person alone; in plainer blocks, or its words alone, when Slack does not take its blocks.

        Raises UndeliverableError with the last way's reason, AwayError with what is to be sent later.
        """
        said = aside(message, "again") if self.repeated else message
        try:
            self._to_one(said, target, replace_original=replace_original)
        except AwayError as away:
            away.unsent = Unsent(message.text, message.blocks, target, replace_original=replace_original, lost=away.lost)
            raise

    def _to_one(self, message: Message, target: Target, *, replace_original: bool) -> None:
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
            self._calls.upload(str(made.get("upload_url")), file.content)
            listed = [{"id": str(made.get("file_id")), "title": file.name}]
            self.call("files.completeUploadExternal", files=listed, initial_comment=file.comment, **place)
        except NotPostedError as error:
            raise UndeliverableError(error.reason) from None

    def _closed(self, ways: list[Callable[[], None]], message: Message) -> str | None:
        """Why the last of the ways was closed; None once one was open. Blocks that Slack does not take it takes by none.

        Raises AwayError when none was open and Slack was away, and at once when a message may have arrived.
        """
        reason, away = "no_way", None
        for way in ways:
            try:
                way()
            except AwayError as error:
                if error.lost:
                    raise
                away = away or error
            except NotPostedError as error:
                reason = error.reason
                if reason in UNSHOWABLE and message.blocks:
                    break
            else:
                return None
        if away is not None:
            raise away
        return reason

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One Web API call. Raises NotPostedError and AwayError."""
        if method.startswith(_SHOWN):
            self.claim()
        return self._calls.call(method, arguments)

    def _ephemeral(self, message: Message, target: Target) -> None:
        place = {"thread_ts": target.thread_ts} if target.thread_ts else {}
        self.call("chat.postEphemeral", channel=target.channel, user=target.user, **place, **body(message))

    def _post(self, message: Message, channel: str, thread_ts: str | None) -> None:
        place = {"thread_ts": thread_ts} if thread_ts else {}
        self.call("chat.postMessage", channel=channel, **place, **body(message))

    def _respond(self, message: Message, target: Target, *, public: bool = False, replace_original: bool = False) -> None:
        self.claim()
        said = body(message) | {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": replace_original,
        }
        if target.thread_ts:
            said["thread_ts"] = target.thread_ts
        self._calls.respond(target.response_url or "", said)


def anybody(*, passing: bool = False, along: Callable[[], list[Write]] = list) -> None:
    """The claim of what belongs to no command."""
    del passing, along


def body(message: Message) -> dict[str, Any]:
    """A message as the methods of the Web API take it: nothing in it is unfurled, or read as a mention."""
    return message.as_json() | {"unfurl_links": False, "unfurl_media": False, "parse": "none"}


def without_url(target: Target) -> Target:
    """The target once its response_url is spent."""
    return replace(target, response_url=None)
