"""The Home tab: opened, a preference chosen, a past look-up opened again. Preferences are chosen in messages too."""

from typing import Final, Literal

from slack_bolt import Ack, App

from bot.blocks.account import CHOOSE_ACCOUNT, CHOOSE_LANGUAGE
from bot.blocks.home import OPEN_AGAIN
from bot.handlers.ask import Ask, Choice
from bot.handlers.names import Name
from bot.listeners.intake import Intake
from bot.listeners.payloads import Payload, action_of, origin_of, person_of, person_of_event, request_id_in, text_of

EVENT: Final = "app_home_opened"
_SETTINGS: Final[dict[str, Literal["language", "account"]]] = {CHOOSE_LANGUAGE: "language", CHOOSE_ACCOUNT: "account"}


class HomeListener:
    """Accepts what happens on the Home tab."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.event(EVENT)(self.opened)
        app.action(CHOOSE_LANGUAGE)(self.chosen)
        app.action(CHOOSE_ACCOUNT)(self.chosen)
        app.action(OPEN_AGAIN)(self.open_again)

    def opened(self, ack: Ack, body: Payload) -> None:
        """Somebody opened the app; only its Home tab is ours to fill. The next time may work when this one does not."""
        person = person_of_event(body)
        if person.user and text_of(body, "event", "tab") == "home":
            self._intake.take(Ask(Name.HOME, person), text_of(body, "event_id"), ack)
        else:
            ack()

    def chosen(self, ack: Ack, body: Payload) -> None:
        """A preference was chosen in a menu."""
        action = action_of(body)
        value = text_of(action, "selected_option", "value")
        if value is None:
            ack()
            return
        origin = origin_of(body)
        choice = Choice(_SETTINGS[action["action_id"]], value)
        self._intake.take(Ask(Name.CHOOSE_SETTING, person_of(body), origin=origin, arguments=choice), origin.trigger, ack)

    def open_again(self, ack: Ack, body: Payload) -> None:
        """A past look-up, looked up anew as the clicker."""
        request_id = request_id_in(text_of(action_of(body), "value"))
        if request_id is None:
            ack()
            return
        origin = origin_of(body)
        self._intake.take(Ask(Name.EXPLAIN_MESSAGE, person_of(body), request_id, origin), origin.trigger, ack)
