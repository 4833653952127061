"""What people send on from a card, put together: permission requests to administrators, opinions to the counts."""

import time
from collections.abc import Callable

from bot.app.parts import now
from bot.app.services import Stories
from bot.handlers.ask import Ask
from bot.handlers.feedback import FeedbackStory
from bot.handlers.handoff import HandoffStory
from bot.handlers.modal import Modal
from bot.handlers.requestlog import RequestLogStory
from bot.languages import Language
from bot.lookup.plan import plan
from bot.outcomes import Found
from bot.requestids import extract
from bot.store.feedback import FeedbackStore
from bot.store.requests import RequestStore


def handoff_stories(house: Stories, main: RequestLogStory) -> dict[str, Callable[[Ask, str], None]]:
    """The form, its submission and the decisions, by the names that the listener hands on."""

    def look(ask: Ask, language: Language) -> Found | None:
        found = extract(ask.text)
        outcomes = main.outcomes(ask, found, plan(found), language)
        return next((outcome for outcome in outcomes if isinstance(outcome, Found)), None)

    story = HandoffStory(
        look,
        RequestStore(house.store.database, house.store.keyring),
        house.delivery,
        Modal(house.delivery, sleep=time.sleep),
        house.language.of,
        house.settings.requestlog_lang,
        house.settings.requestlog_admin_channel,
        now,
    )
    return {
        "permission_form": story.form,
        "permission_submitted": story.submitted,
        "permission_decided": story.decided,
    }


def feedback_story(house: Stories) -> FeedbackStory:
    """The count of opinions."""
    return FeedbackStory(FeedbackStore(house.store.database), house.delivery, house.language.of, now)
