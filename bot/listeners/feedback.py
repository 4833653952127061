"""Opinions on an explanation: two buttons under a card. Their value is the reference of a catalogue entry."""

from typing import Any

from slack_bolt import Ack, App

from bot.blocks.feedback import HELPFUL, WRONG
from bot.listeners.card import action_of, click
from bot.listeners.intake import Intake, text_of
from bot.listeners.values import reference_in


class FeedbackListener:
    """Accepts opinions. One that cannot be recorded is lost without a word: the next click may work."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(HELPFUL)(self.given)
        app.action(WRONG)(self.given)

    def given(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody called an explanation helpful or wrong."""
        action = action_of(body)
        reference = reference_in(text_of(action, "value"))
        if reference is not None:
            ask = click(body, reference, helpful=text_of(action, "action_id") == HELPFUL)
            self._intake.take("feedback", ask, text_of(body, "trigger_id") or "")
        ack()
