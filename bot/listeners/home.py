"""The Home tab: opened, a preference chosen, a past look-up opened again. Preferences are chosen in messages too."""

from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.account import CHOOSE_ACCOUNT, CHOOSE_LANGUAGE
from bot.blocks.home import OPEN_AGAIN
from bot.handlers.ask import Ask
from bot.listeners.card import action_of
from bot.listeners.intake import Intake, text_of
from bot.listeners.origin import person_of_event
from bot.listeners.requestlog import person_of
from bot.listeners.values import request_id_in

EVENT: Final = "app_home_opened"
_SETTINGS: Final = {CHOOSE_LANGUAGE: "language", CHOOSE_ACCOUNT: "account"}


class HomeListener:
    """Accepts what happens on the Home tab. When it cannot be recorded, the tab stays as it is and the next try may work."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.event(EVENT)(self.opened)
        app.action(CHOOSE_LANGUAGE)(self.chosen)
        app.action(CHOOSE_ACCOUNT)(self.chosen)
        app.action(OPEN_AGAIN)(self.open_again)

    def opened(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody opened the app; only its Home tab is ours to fill."""
        person = person_of_event(body)
        if person.user and text_of(body, "event", "tab") == "home":
            self._intake.take("home", Ask(person), text_of(body, "event_id") or "")
        ack()

    def chosen(self, ack: Ack, body: dict[str, Any]) -> None:
        """A preference was chosen in a menu."""
        action = action_of(body)
        value = text_of(action, "selected_option", "value")
        if value is None:
            ack()
            return
        extra = {
            "setting": _SETTINGS[action["action_id"]],
            "value": value,
            "home": text_of(body, "view", "type") == "home",
        }
        ask = Ask(
            person_of(body),
            channel=text_of(body, "channel", "id"),
            thread_ts=text_of(body, "container", "thread_ts"),
            response_url=text_of(body, "response_url"),
            extra=extra,
        )
        self._intake.take("choose_setting", ask, text_of(body, "trigger_id") or "")
        ack()

    def open_again(self, ack: Ack, body: dict[str, Any]) -> None:
        """A past look-up, looked up anew as the clicker."""
        trigger = text_of(body, "trigger_id") or ""
        request_id = request_id_in(text_of(action_of(body), "value"))
        if request_id is not None:
            self._intake.take("explain_message", Ask(person_of(body), text=request_id, extra={"trigger": trigger}), trigger)
        ack()
