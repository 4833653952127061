"""Clicks on a summary's groups: each opens the card of a RequestId."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.shortcut import result
from bot.blocks.summary import OPEN_CARD
from bot.languages import Language
from bot.listeners.card import action_of, click
from bot.listeners.intake import Intake, text_of
from bot.listeners.values import request_id_in

ACTIONS: Final = re.compile(rf"{OPEN_CARD}\d{{1,3}}")
STORY: Final = "open_card"


class SummaryListener:
    """Accepts clicks. A button's value is a RequestId; what the clicker may see of it is found out afresh.

    What could not be recorded is told in a modal that ``open_`` (trigger, view) puts on the screen, in the language of the
    installation.
    """

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(ACTIONS)(self.clicked)

    def clicked(self, ack: Ack, body: dict[str, Any]) -> None:
        """A group's button. The time of the bot's own message says nothing about the age of the request."""
        request_id = request_id_in(text_of(action_of(body), "value"))
        if request_id is None:
            ack()
            return
        ask = replace(click(body, request_id), said_at=None)
        trigger = str((ask.extra or {}).get("trigger") or "")
        trouble = self._intake.take(STORY, ask, trigger)
        ack()
        if trouble is not None:
            self._open(trigger, result(trouble, self._language))
