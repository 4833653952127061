"""What people do with log tickets in the playground, and what they see; shared by the ticket's scenarios."""

import json
from collections.abc import Iterable
from typing import Any

from bot.playground import Playground
from bot.playground.slack import Message, SlackStandIn, View

HERE = "C0INCIDENT"
PEOPLE = ("U0ALICE", "U0BOB", "U0AUDITOR", "U0NOBODY")
MEMBER, OTHER_MEMBER, STRANGER = "1733260000000001", "1733260000000002", "1733260000000009"
NOT_ACTIVATED, MISMATCHING = "1733260000000404", "1733260000000400"


def asked(stage: Playground, text: str, user: str = "U0AUDITOR", channel: str = HERE) -> Message:
    """The bot's answer to a typed command."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog ticket {text}".strip(), channel)
    return answered(stage, before, user, channel)


def answered(stage: Playground, before: int, user: str = "U0AUDITOR", channel: str = HERE) -> Message:
    """The answer beyond those that there were."""
    stage.slack.wait_for(lambda: len(stage.slack.answers(user, channel)) > before, 10)
    return stage.slack.answers(user, channel)[-1]


def words(blocks: object) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def button(blocks: Iterable[dict[str, Any]], action: str) -> dict[str, Any]:
    found = [each for block in blocks for each in block.get("elements", []) if each.get("action_id") == action]
    return dict(found[0]) if found else {}


def form_of(slack: SlackStandIn, user: str = "U0AUDITOR") -> View:
    """The open form."""
    view = slack.wait_for(lambda: slack.modal(user))
    assert view is not None
    assert view.content["callback_id"] == "ticket_form"
    return view


def after(slack: SlackStandIn, view: View, user: str = "U0AUDITOR") -> View:
    """The modal once the answer is in it."""

    def result() -> View | None:
        now = slack.modal(user)
        waiting = now is None or now.hash == view.hash or any(word in now.words for word in ("Asking Security", "正在向"))
        return None if waiting else now

    found = slack.wait_for(result, 10)
    assert found is not None
    return found
