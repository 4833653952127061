"""The Web API's front desk: token, scope, rate limit and faults on demand, then the method."""

import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.playground.slack import canvas_methods, chat_methods, view_methods, workspace_methods
from bot.playground.slack.content import Refusal
from bot.playground.slack.messages import Call
from bot.playground.slack.people import Json
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the scopes of which the bot needs one; none named means that any token will do."""

    run: Callable[[Workspace, Json], Json]
    scopes: tuple[str, ...] = ()


METHODS: Final[dict[str, Method]] = {
    "api.test": Method(workspace_methods.api_test),
    "auth.test": Method(workspace_methods.auth_test),
    "blocks.validate": Method(workspace_methods.validate_blocks),
    "canvases.create": Method(canvas_methods.create, ("canvases:write",)),
    "canvases.edit": Method(canvas_methods.edit, ("canvases:write",)),
    "chat.postMessage": Method(chat_methods.post_message, ("chat:write",)),
    "chat.postEphemeral": Method(chat_methods.post_ephemeral, ("chat:write",)),
    "chat.update": Method(chat_methods.update, ("chat:write",)),
    "chat.unfurl": Method(chat_methods.unfurl, ("links:write",)),
    "chat.delete": Method(chat_methods.delete, ("chat:write",)),
    "conversations.info": Method(workspace_methods.conversation_info, ("channels:read", "groups:read", "im:read")),
    "conversations.open": Method(workspace_methods.open_conversation, ("im:write",)),
    "files.getUploadURLExternal": Method(workspace_methods.upload_address, ("files:write",)),
    "files.completeUploadExternal": Method(workspace_methods.complete_upload, ("files:write",)),
    "reactions.get": Method(workspace_methods.reactions_get, ("reactions:read",)),
    "usergroups.users.list": Method(workspace_methods.group_members, ("usergroups:read",)),
    "users.info": Method(workspace_methods.users_info, ("users:read",)),
    "views.open": Method(view_methods.open_view),
    "views.push": Method(view_methods.push_view),
    "views.update": Method(view_methods.update_view),
    "views.publish": Method(view_methods.publish_view),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault asked for by a test: how often it strikes is kept by how often it stands in the queue."""

    error: str
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answers with."""

    body: Json
    status: int = 200
    retry_after_s: int | None = None


class WebApi:
    """Answers the bot's calls of the Web API."""

    def __init__(self, workspace: Workspace, sockets: Sockets, bot_token: str, app_token: str) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._bot_token = bot_token
        self._app_token = app_token
        self.refuses_all: str | None = None
        self._troubles: dict[str, list[Trouble]] = defaultdict(list)
        self._lock = threading.Lock()

    def trouble(self, method: str, trouble: Trouble, times: int) -> None:
        """Let the next calls of a method, or posts to ``response_url``, fail."""
        with self._lock:
            self._troubles[method].extend([trouble] * times)

    def next_trouble(self, method: str) -> Trouble | None:
        """The fault that the next call meets, if a test asked for one; it is then used up."""
        with self._lock:
            queue = self._troubles[method]
            return queue.pop(0) if queue else None

    def answer(self, method: str, arguments: Json, token: str) -> Reply:
        """One call."""
        error: str | None = None
        try:
            trouble = self.next_trouble(method)
            if trouble is not None and trouble.retry_after_s is not None:
                error = "ratelimited"
                return Reply({"ok": False, "error": error}, 429, trouble.retry_after_s)
            if trouble is not None:
                raise Refusal(trouble.error)  # noqa: TRY301 - the fault takes the very path of a real refusal
            return Reply({"ok": True} | self._run(method, arguments, token))
        except Refusal as refusal:
            error = refusal.code
            return Reply({"ok": False, "error": refusal.code} | refusal.more)
        finally:
            shown = {key: value for key, value in arguments.items() if key != "token"}
            self._workspace.note_call(Call(method, shown, error is None, error))

    def _run(self, method: str, arguments: Json, token: str) -> Json:
        if not token:
            raise Refusal("not_authed")
        if method == "apps.connections.open":
            return self._open_connection(token)
        if not secrets.compare_digest(token.encode(), self._bot_token.encode()):
            code = "not_allowed_token_type" if token == self._app_token else "invalid_auth"
            self._workspace.breach(code, "the call carries another token than the bot's", method)
            raise Refusal(code)
        if self.refuses_all:
            raise Refusal(self.refuses_all)
        known = METHODS.get(method)
        if known is None:
            self._workspace.breach("unknown_method", f"Slack's stand-in knows no {method}", method)
            raise Refusal("unknown_method")
        if known.scopes and not self._workspace.scopes.intersection(known.scopes):
            raise Refusal("missing_scope", needed=",".join(known.scopes), provided=",".join(sorted(self._workspace.scopes)))
        return known.run(self._workspace, arguments)

    def _open_connection(self, token: str) -> Json:
        if not secrets.compare_digest(token.encode(), self._app_token.encode()):
            raise Refusal("not_allowed_token_type" if token == self._bot_token else "invalid_auth")
        return {"url": self._sockets.new_address()}
