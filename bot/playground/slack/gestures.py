"""What the page can ask for on a person's behalf, one function a gesture; each ends in the actor's method of that name."""

from collections.abc import Callable
from typing import Final

from bot.playground.slack.actor import Actor
from bot.playground.slack.messages import Message, View
from bot.playground.slack.people import Json
from bot.playground.slack.workspace import Workspace


class Misuse(Exception):  # noqa: N818 - not a fault of the program: the page asked about something that is gone
    """The message or modal that a gesture is about is not there (any more)."""


def _message(workspace: Workspace, wish: Json) -> Message:
    message = workspace.message(str(wish.get("channel")), str(wish.get("ts")))
    if message is None or message.visible_to not in {None, wish["user"]}:
        reason = "this message is gone"
        raise Misuse(reason)
    return message


def _view(workspace: Workspace, wish: Json) -> View:
    view = workspace.view(str(wish.get("view")))
    if view is None or view.user != wish["user"]:
        reason = "this dialog is closed"
        raise Misuse(reason)
    return view


def _arrive(_workspace: Workspace, actor: Actor, _wish: Json) -> None:
    actor.arrives()


def _types(workspace: Workspace, actor: Actor, wish: Json) -> None:
    thread = workspace.message(str(wish["channel"]), wish.get("thread"))
    actor.types(str(wish["text"]), str(wish["channel"]), thread)


def _shortcut(workspace: Workspace, actor: Actor, wish: Json) -> None:
    actor.chooses_shortcut(str(wish["callback_id"]), _message(workspace, wish))


def _react(workspace: Workspace, actor: Actor, wish: Json) -> None:
    actor.reacts(_message(workspace, wish), str(wish["name"]))


def _global_shortcut(_workspace: Workspace, actor: Actor, wish: Json) -> None:
    actor.global_shortcut(str(wish["callback_id"]))


def _home(_workspace: Workspace, actor: Actor, _wish: Json) -> None:
    actor.opens_home()


def _click(workspace: Workspace, actor: Actor, wish: Json) -> None:
    target = _view(workspace, wish) if wish.get("view") else _message(workspace, wish)
    actor.clicks(target, str(wish["action_id"]), wish.get("value"), wish.get("entries"), wish.get("block_id"))


def _submit(workspace: Workspace, actor: Actor, wish: Json) -> None:
    actor.submits(_view(workspace, wish), wish.get("entries"))


def _close(workspace: Workspace, actor: Actor, wish: Json) -> None:
    actor.closes(_view(workspace, wish), all_of_them=bool(wish.get("all")))


def _locale(workspace: Workspace, actor: Actor, wish: Json) -> None:
    workspace.set_locale(actor.user, "zh-CN" if wish.get("locale") == "zh-CN" else "en-US")


GESTURES: Final[dict[str, Callable[[Workspace, Actor, Json], None]]] = {
    "arrive": _arrive,
    "type": _types,
    "shortcut": _shortcut,
    "react": _react,
    "global_shortcut": _global_shortcut,
    "home": _home,
    "click": _click,
    "submit": _submit,
    "close": _close,
    "locale": _locale,
}
