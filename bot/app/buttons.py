"""What follows from a card: the stories of its buttons, and the listeners that hand clicks on to them."""

import time
from collections.abc import Callable

from slack_bolt import App

from bot.app.parts import now
from bot.app.services import Stories
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.card import AsClicker, CardStory, Dialogs
from bot.handlers.modal import Modal
from bot.handlers.requestlog import RequestLogStory
from bot.handlers.return_address import ReturnAddress
from bot.handlers.share import ShareStory
from bot.languages import Language
from bot.listeners.card import CardListener
from bot.listeners.intake import Intake
from bot.listeners.share import ShareListener


def on_the_card(stories: Stories, main: RequestLogStory) -> dict[str, Callable[[Ask, str], None]]:
    """The stories of a card's buttons, each under its action id."""
    as_clicker = AsClicker(main)
    modal = Modal(stories.delivery, sleep=time.sleep)
    card = CardStory(as_clicker, delivery=stories.delivery, modal=modal, language_of=stories.language.of, clock=now)
    share = ShareStory(
        as_clicker,
        delivery=stories.delivery,
        dialogs=Dialogs(stories.delivery, modal),
        addresses=ReturnAddress(stories.store.keyring),
        language_of=stories.language.of,
        clock=now,
    )
    return {
        "card_open": card.open,
        "card_parameters": card.parameters,
        "card_response": card.response,
        "card_reproduce": card.reproduce,
        "card_ticket_text": card.ticket_text,
        "card_refresh": card.refresh,
        "details_page": card.page,
        "card_share": share.pressed,
        "share_preview": share.preview,
        "share_submitted": share.submitted,
        "share_keep": share.keep,
    }


def hear_the_card(app: App, intake: Intake, delivery: Delivery, language: Language) -> None:
    """Register the listeners of the buttons and of the modals behind them."""
    open_ = Modal(delivery, sleep=time.sleep).open
    CardListener(intake, open_, language).register(app)
    ShareListener(intake, open_, language).register(app)
