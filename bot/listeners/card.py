"""Clicks on a card's buttons and menu, on a summary's groups, and in the modals that they open: by whoever clicks.

A button's value is an id: what the clicker may see is found out afresh. A shared card's carries what it shows, besides.
"""

import re
from typing import Final

from slack_bolt import Ack, App

from bot.blocks.details import BUTTONS, MORE, NEXT, PREVIOUS
from bot.blocks.feedback import HELPFUL, WRONG
from bot.blocks.share import OPEN
from bot.blocks.summary import OPEN_CARD
from bot.handlers.ask import Arguments, Ask, Opinion, Page, Shown
from bot.handlers.names import Name
from bot.listeners.intake import Intake
from bot.listeners.payloads import (
    Payload,
    action_of,
    metadata_of,
    origin_of,
    parsed,
    person_of,
    reference_in,
    request_id_in,
    text_of,
)

OPINIONS: Final = (HELPFUL, WRONG)
GROUPS: Final = re.compile(rf"{OPEN_CARD}\d{{1,3}}")


def _shown(known: Payload) -> Shown:
    """The facts that a shared card's button carries."""
    code, message, product, api, status, action = (
        text_of(known, name) for name in ("code", "message", "product", "api", "http_status", "action")
    )
    return Shown(code, message, product, api, status, action)


class CardListener:
    """Accepts the clicks."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        for action in (OPEN, *BUTTONS, *OPINIONS):
            app.action(action)(self.clicked)
        app.action(MORE)(self.chosen)
        app.action(GROUPS)(self.opened)
        app.action(PREVIOUS)(self.turned)
        app.action(NEXT)(self.turned)

    def clicked(self, ack: Ack, body: Payload) -> None:
        """A button; its action id is the name of its handler, but for an opinion's."""
        action = action_of(body)
        self._take(text_of(action, "action_id") or "", text_of(action, "value"), body, ack)

    def chosen(self, ack: Ack, body: Payload) -> None:
        """An option of the menu: its value names the button that it stands for, and that button's value."""
        name, _, value = (text_of(action_of(body), "selected_option", "value") or "").partition(" ")
        self._take(name, value, body, ack)

    def opened(self, ack: Ack, body: Payload) -> None:
        """A group's button."""
        request_id = request_id_in(text_of(action_of(body), "value"))
        self._hand_on(Name.OPEN_CARD, request_id, body, ack)

    def turned(self, ack: Ack, body: Payload) -> None:
        """Another page of the modal that was clicked in; what it shows stands in its private metadata."""
        known = metadata_of(body)
        step = 1 if text_of(action_of(body), "action_id") == NEXT else -1
        page = known.get("page")
        wanted = Page("parameters" if known.get("detail") == "parameters" else "response")
        if isinstance(page, int):
            wanted = Page(wanted.detail, page + step)
        self._hand_on(Name.DETAILS_PAGE, request_id_in(text_of(known, "request_id")), body, ack, wanted)

    def _take(self, action: str, value: str | None, body: Payload, ack: Ack) -> None:
        if action == OPEN and value and value.startswith("{"):
            known = parsed(value)
            self._hand_on(Name.CARD_OPEN, request_id_in(text_of(known, "request_id")), body, ack, _shown(known))
        elif action == OPEN or action in BUTTONS:
            self._hand_on(Name(action), request_id_in(value), body, ack)
        elif action in OPINIONS:
            self._hand_on(Name.FEEDBACK, reference_in(value), body, ack, Opinion(helpful=action == HELPFUL))
        else:
            ack()

    def _hand_on(self, name: Name, value: str | None, body: Payload, ack: Ack, arguments: Arguments | None = None) -> None:
        """The time of the bot's own message says nothing about the age of the request, so none goes along."""
        if value is None:
            ack()
            return
        origin = origin_of(body)
        self._intake.take(Ask(name, person_of(body), value, origin, arguments), origin.trigger, ack)
