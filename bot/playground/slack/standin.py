"""The strict stand-in of Slack: a real server on loopback that enforces Slack's rules and keeps a list of every breach."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Final, Self, TypeVar

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.playground.slack.actor import Actor
from bot.playground.slack.api_routes import api_routes
from bot.playground.slack.blocks import NEWER
from bot.playground.slack.delivery import ACK_SECONDS, Delivery
from bot.playground.slack.events import RETRY_SECONDS, Events
from bot.playground.slack.messages import Breach, Call, Message, Request, View
from bot.playground.slack.page_routes import Stream, only_from_here, page_routes
from bot.playground.slack.people import BOT_USER, CHANNELS, PEOPLE, POSTS, Channel, Person, Post, Suggestion
from bot.playground.slack.snapshot import Offer, Shortcut
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.web_api import Trouble, WebApi
from bot.playground.slack.workspace import Workspace

T = TypeVar("T")

SCOPES: Final = (
    *(
        "commands",
        "chat:write",
        "app_mentions:read",
        "channels:read",
        "files:write",
        "groups:read",
        "reactions:read",
        "links:read",
        "links:write",
    ),
    *("usergroups:read", "users:read", "canvases:write"),
)
SHORTCUTS: Final = (
    Shortcut("explain_requestids", "Explain RequestIds", "message"),
    Shortcut("look_up_requestid", "Look up a RequestId", "global"),
)
_HOST: Final = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is werkzeug's
        """Nothing: addresses of response URLs are secrets."""


class SlackStandIn:
    """Slack, as far as the bot meets it.

    Use it as a context manager or with ``start`` and ``stop``. The bot needs ``api_url`` (SLACK_API_URL) and the three
    secrets; it connects by Socket Mode, or ``bot_url`` is set to where it takes HTTP requests. A person's deeds start at
    ``user("U0ALICE")``; what came of them is read with ``sees``, ``modal``, ``home`` and awaited with ``wait_for``.

    Args:
        port: of the web server on loopback; 0 picks a free one.
        bot_url: where signed HTTP requests go; may be set later.
        signing_secret: signs those requests.
        bot_token: the only token that the Web API takes.
        app_token: the only token that opens Socket Mode.
        posts: what stands in the channels at the start.
        suggestions: RequestIds worth trying, for the page.
        shortcuts: those of the bot's manifest.
        command: the bot's slash command.
        scopes: what the bot was granted; a method beyond them answers missing_scope.
        people: the workspace's people.
        channels: its channels, the direct messages with the bot aside.
        groups: members of user groups, by the group's id.
        clock: seconds since the epoch, for triggers, response URLs and message times.
        ack_seconds: how long Slack waits for an acknowledgement; only tests of lateness shorten it.
        event_retry_seconds: when an event that failed is sent again.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        bot_url: str | None = None,
        signing_secret: str = "stand-in-signing-secret",
        bot_token: str = "xoxb-stand-in",
        app_token: str = "xapp-stand-in",
        posts: Sequence[Post] = POSTS,
        suggestions: Sequence[Suggestion] = (),
        shortcuts: Sequence[Shortcut] = SHORTCUTS,
        command: str = "/requestlog",
        scopes: Collection[str] = SCOPES,
        people: Iterable[Person] = PEOPLE,
        channels: Iterable[Channel] = CHANNELS,
        groups: Mapping[str, Sequence[str]] | None = None,
        clock: Callable[[], float] = time.time,
        ack_seconds: float = ACK_SECONDS,
        event_retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self.workspace = Workspace(people, channels, scopes, groups or {}, clock)
        self.workspace.seed(posts)
        self.sockets = Sockets(self.workspace.touch)
        self.delivery = Delivery(self.workspace, self.sockets, signing_secret, ack_seconds)
        self.delivery.bot_url = bot_url
        self.events = Events(self.workspace, self.delivery, event_retry_seconds)
        self._api = WebApi(self.workspace, self.sockets, bot_token, app_token)
        self._stream = Stream(self.workspace, Offer(shortcuts, suggestions, command), lambda: self.bot_is_there)
        self._command = command
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    # Life

    def start(self) -> Self:
        """Listen. Raises OSError when the port is taken."""
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        app = Flask("slack-stand-in", static_folder=None)
        app.before_request(only_from_here)
        app.register_blueprint(api_routes(self.workspace, self._api))
        app.register_blueprint(page_routes(self.workspace, self._stream, self.user))
        self._server = make_server(_HOST, self._port, app, threaded=True, request_handler=_Quiet)
        self._port = self._server.port
        self.sockets.start()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="slack-stand-in", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and let everybody go."""
        self.events.stop()
        self._stream.stop()
        self.sockets.stop()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(timeout=5)
            self._server.server_close()
            self._server = None
        self.delivery.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{_HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The Web API's base, for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_url(self) -> str | None:
        """Where signed HTTP requests go when the bot has no Socket Mode connection."""
        return self.delivery.bot_url

    @bot_url.setter
    def bot_url(self, address: str | None) -> None:
        self.delivery.bot_url = address
        self.workspace.touch()

    @property
    def bot_is_there(self) -> bool:
        """Whether there is a way to the bot."""
        return self.sockets.connected or self.bot_url is not None

    # A scenario

    def user(self, user: str) -> Actor:
        """A person, to do something. Raises KeyError for somebody who is not in the workspace."""
        person = self.workspace.people[user]
        return Actor(person.id, self.workspace, self.delivery, self.events, self.url, self._command)

    def sees(self, user: str, channel: str = "C0INCIDENT") -> list[Message]:
        """What a person sees in a channel, threads and private messages included, oldest first."""
        return self.workspace.sees(user, channel)

    def answers(self, user: str, channel: str = "C0INCIDENT") -> list[Message]:
        """What the bot wrote of all that."""
        return [message for message in self.sees(user, channel) if message.by_bot]

    def modal(self, user: str) -> View | None:
        """The modal on top of a person's screen."""
        stack = self.workspace.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """A person's Home tab as the bot published it."""
        return self.workspace.homes.get(user)

    def wait_for(self, condition: Callable[[], T], timeout: float = 5.0) -> T:
        """What the condition gives once it is truthy. Raises TimeoutError, with the breaches so far, after so many seconds."""
        result = self.workspace.wait_for(condition, timeout)
        if not result:
            reason = f"not within {timeout:g} s; breaches so far: {self.breaches}"
            raise TimeoutError(reason)
        return result

    def wait_for_answer(self, user: str, channel: str = "C0INCIDENT", timeout: float = 5.0) -> Message:
        """The bot's newest message that a person sees in a channel, waited for. Raises TimeoutError."""
        return self.wait_for(lambda: self.answers(user, channel), timeout)[-1]

    # What passed, and faults on demand

    @property
    def breaches(self) -> list[Breach]:
        """The rules that the bot broke so far."""
        return list(self.workspace.breaches)

    @property
    def requests(self) -> list[Request]:
        """The payloads sent to the bot, with status and milliseconds of each acknowledgement."""
        return list(self.workspace.requests)

    @property
    def calls(self) -> list[Call]:
        """The bot's calls of the Web API and of response URLs."""
        return list(self.workspace.calls)

    def deactivate(self, user: str) -> Request | None:
        """Deactivate a person's account, and tell the bot where it may hear of that."""
        self.workspace.set_deleted(user, deleted=True)
        return self.events.user_changed(self.workspace.people[user])

    def uninstall(self, *, revoked_only: bool = False) -> None:
        """Take the app away, or its token alone: no call of the bot's works any more, and it is told."""
        self._api.refuses_all = "token_revoked" if revoked_only else "account_inactive"
        self.events.tokens_revoked(oauth=[], bot=[BOT_USER])
        if not revoked_only:
            self.events.uninstalled()

    def take_no_newer_blocks(self, *, refused: bool = True) -> None:
        """Let the workspace refuse messages with charts, sortable tables or containers; or take them again."""
        self.workspace.refused_blocks = NEWER if refused else frozenset()

    def rate_limit(self, method: str, retry_after_s: int = 1, times: int = 1) -> None:
        """Let the next calls of a method, or of ``response_url``, answer 429 with Retry-After."""
        self._api.trouble(method, Trouble("ratelimited", retry_after_s), times)

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Let the next calls of a method answer an error; posts to ``response_url`` answer HTTP 500."""
        self._api.trouble(method, Trouble(error), times)
