"""What the scenarios of the card's buttons share: asking, clicking, and reading what is on the screen."""

import json
import time
import urllib.parse
import urllib.request
from typing import Any

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, Request, View
from tests.answers import next_answer

HERE = "C0INCIDENT"
#: How each of the modals begins that wait for their result.
LOADING = ("⏳ Fetching", "⏳ Looking", "⏳ 正在")


def asks(stage: Playground, user: str, name: str, channel: str = HERE) -> Message:
    """A person types /requestlog with a case's RequestId; the bot's answer."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {case(name).request_id}", channel=channel)
    return next_answer(stage.slack, user, before, channel)


def presses(stage: Playground, user: str, target: Message | View, action: str) -> View:
    """A person presses a button that opens a modal; the modal once it is filled."""
    known = {view.id for view in stage.slack.workspace.stack(user)}
    clicks(stage, user, target, action)
    return filled(stage, user, known)


def who_it_was(stage: Playground, user: str, name: str) -> View:
    """A person asks after a case who it was; the modal once ActionTrail is read to the end."""
    target = asks(stage, user, name)
    known = {view.id for view in stage.slack.workspace.stack(user)}
    clicks(stage, user, target, "card_who")

    def there() -> View | None:
        view = stage.slack.modal(user)
        return view if view is not None and view.id not in known and "⏳" not in said(view) else None

    view = stage.slack.wait_for(there, timeout=70)
    assert view is not None
    return view


def clicks(stage: Playground, user: str, target: Message | View, action: str) -> None:
    """A person presses a button, one of the two of an opinion, or chooses the option of a menu that stands for it."""
    chosen = next((value for value in options_of(target) if value.split(" ")[0] == action), None)
    if chosen is None:
        stage.slack.user(user).clicks(target, action)
    else:
        stage.slack.user(user).clicks(target, "card_more" if chosen in _in_menus(target) else "feedback", chosen)


def options_of(shown: Message | View) -> list[str]:
    """The values of the options in a card's menu, and of the two opinions."""
    rows = [block for block in shown.blocks if block["type"] == "context_actions"]
    opinions = [row["elements"][0][f"{sign}_button"]["value"] for row in rows for sign in ("positive", "negative")]
    return [*_in_menus(shown), *opinions]


def _in_menus(shown: Message | View) -> list[str]:
    elements = [element for block in shown.blocks if block["type"] == "actions" for element in block["elements"]]
    return [str(option["value"]) for element in elements for option in element.get("options", [])]


def filled(stage: Playground, user: str, known: set[str]) -> View:
    """The newly opened modal of a person once its result is there."""

    def there() -> View | None:
        view = stage.slack.modal(user)
        loading = view is None or view.id in known or any(each in said(view) for each in LOADING)
        return None if loading else view

    view = stage.slack.wait_for(there, timeout=10)
    assert view is not None
    return view


def changes(stage: Playground, user: str, view: View) -> View:
    """The modal on top once it is another than it was."""

    def changed() -> View | None:
        now = stage.slack.modal(user)
        return now if now is not None and now.hash != view.hash else None

    fresh = stage.slack.wait_for(changed, timeout=10)
    assert fresh is not None
    return fresh


def card_in_modal(stage: Playground, user: str) -> View:
    """The modal on top once it holds a card."""

    def there() -> View | None:
        view = stage.slack.modal(user)
        return view if view is not None and "card_share" in actions_of(view) else None

    view = stage.slack.wait_for(there, timeout=10)
    assert view is not None
    return view


def form_of(stage: Playground, user: str) -> View:
    """The form that the global shortcut opens."""
    stage.slack.user(user).global_shortcut("look_up_requestid")
    view = stage.slack.wait_for(lambda: stage.slack.modal(user), timeout=10)
    assert view is not None
    return view


def said(shown: Message | View) -> str:
    """Everything that a message or modal says, as one searchable text."""
    return json.dumps(list(shown.blocks), ensure_ascii=False)


def actions_of(shown: Message | View) -> list[str]:
    """The action ids of a message's or modal's buttons, in order."""
    elements: list[dict[str, Any]] = [
        element for block in shown.blocks if block["type"] == "actions" for element in block["elements"]
    ]
    return [str(element["action_id"]) for element in elements]


def newest(stage: Playground, user: str, before: int, channel: str = HERE) -> Message:
    """The bot's next message that a person sees in a channel."""
    return next_answer(stage.slack, user, before, channel)


def direct(stage: Playground, user: str, before: int) -> Message:
    """The bot's next direct message to a person."""
    return newest(stage, user, before, f"D0{user.removeprefix('U0')}")


def delivered_again(stage: Playground, request: Request) -> None:
    """Slack sends an interaction a second time, signed afresh."""
    body = urllib.parse.urlencode({"payload": json.dumps(request.payload)})
    headers = stage.slack.delivery.signed(body, timestamp=int(time.time()) - 30)
    urllib.request.urlopen(urllib.request.Request(stage.slack.bot_url or "", body.encode(), headers)).close()


def close_all(stage: Playground, user: str) -> None:
    """A person closes whatever modals are open."""
    view = stage.slack.modal(user)
    if view is not None:
        stage.slack.user(user).closes(view, all_of_them=True)
