"""Clicks on a card's buttons and in the modals they open: in a message, in a modal, by whoever clicks."""

import json
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.details import MORE, NEXT, PARAMETERS, PREVIOUS, REFRESH, REPRODUCE, RESPONSE, SUPPORT_TEXT
from bot.blocks.feedback import HELPFUL, WRONG
from bot.blocks.share import OPEN
from bot.blocks.shortcut import result
from bot.handlers.ask import Ask
from bot.languages import Language
from bot.listeners.intake import Intake, text_of
from bot.listeners.origin import is_shared
from bot.listeners.requestlog import person_of
from bot.listeners.shortcut import seconds
from bot.listeners.values import reference_in, request_id_in

BUTTONS: Final = (OPEN, PARAMETERS, RESPONSE, REPRODUCE, SUPPORT_TEXT, REFRESH)
LONGEST_VALUE: Final = 150


class CardListener:
    """Accepts clicks. A button's value is a RequestId and nothing else: what the clicker may see is found out afresh.

    A click's acknowledgement can hold no words, so what could not be recorded is told in a modal that ``open_``
    (trigger, view) puts on the screen. ``language`` is that of the installation.
    """

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        for action in BUTTONS:
            app.action(action)(self.clicked)
        app.action(MORE)(self.chosen)
        app.action(PREVIOUS)(self.turned)
        app.action(NEXT)(self.turned)

    def clicked(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button of a card; its action id is the name of the story."""
        action = action_of(body)
        self._take(text_of(action, "action_id") or "", body, text_of(action, "value"), ack)

    def chosen(self, ack: Ack, body: dict[str, Any]) -> None:
        """An option of the menu: its value names the button that it stands for, and that button's value."""
        name, _, value = (text_of(action_of(body), "selected_option", "value") or "").partition(" ")
        if name in BUTTONS:
            self._take(name, body, value, ack)
        elif name in (HELPFUL, WRONG) and reference_in(value):
            self._hand_on("feedback", click(body, value, helpful=name == HELPFUL), ack)
        else:
            ack()

    def turned(self, ack: Ack, body: dict[str, Any]) -> None:
        """Another page of the modal that was clicked in; what it shows stands in its private metadata."""
        known = metadata_of(body)
        step = 1 if text_of(action_of(body), "action_id") == NEXT else -1
        page = known.get("page")
        more = {"detail": known.get("detail"), "page": page + step if isinstance(page, int) else 0}
        self._take("details_page", body, text_of(known, "request_id"), ack, **more)

    def _take(self, story: str, body: dict[str, Any], value: str | None, ack: Ack, **more: Any) -> None:
        if request_id_in(value) is None:
            ack()
        else:
            self._hand_on(story, click(body, value, **more), ack)

    def _hand_on(self, story: str, ask: Ask, ack: Ack) -> None:
        trigger = str((ask.extra or {}).get("trigger") or "")
        trouble = self._intake.take(story, ask, trigger)
        ack()
        if trouble is not None:
            self._open(trigger, result(trouble, self._language))


def click(body: dict[str, Any], value: str | None, **more: Any) -> Ask:
    """A click as an ask: ``value`` is looked up; ``extra`` says where it was clicked, so that the answer goes there."""
    seen_in = text_of(body, "channel", "id") or text_of(body, "container", "channel_id")
    in_view = text_of(body, "container", "type") == "view" or text_of(body, "view", "id") is not None
    known = metadata_of(body) if in_view else {}
    container = body.get("container")
    return Ask(
        person_of(body),
        text=(value or "")[:LONGEST_VALUE],
        channel=text_of(known, "channel") if in_view else seen_in,
        thread_ts=text_of(known, "thread_ts") if in_view else text_of(body, "container", "thread_ts"),
        response_url=text_of(body, "response_url"),
        said_at=seconds(text_of(body, "container", "message_ts")),
        extra={
            "trigger": text_of(body, "trigger_id") or "",
            "in_view": in_view,
            "view_id": text_of(body, "view", "id") or "",
            "shared": is_shared(body),
            "private": isinstance(container, dict) and container.get("is_ephemeral") is True,
            **more,
        },
    )


def action_of(body: dict[str, Any]) -> dict[str, Any]:
    """The action of a click; empty for a payload without one."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return first if isinstance(first, dict) else {}


def metadata_of(body: dict[str, Any]) -> dict[str, Any]:
    """What the bot let travel with the modal; empty for a modal of another kind."""
    try:
        known = json.loads(text_of(body, "view", "private_metadata") or "{}")
    except (ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}
