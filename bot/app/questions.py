"""What is asked by typing: RequestIds, one or many, and the sub-commands diff, code and decode."""

import time
from collections.abc import Callable

from slack_bolt import App

from bot.app.parts import now
from bot.app.services import Stories
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.card import Dialogs
from bot.handlers.code import CodeStory
from bot.handlers.decode import DecodeStory
from bot.handlers.diff import DiffStory
from bot.handlers.modal import Modal
from bot.handlers.requestlog import RequestLogStory
from bot.handlers.summary import Illustrator, OpenCardStory, TypedStory
from bot.identity.chain import OwnCredential
from bot.identity.directory import Directory
from bot.languages import Language
from bot.listeners.intake import Intake
from bot.listeners.summary import STORY, SummaryListener
from bot.lookup.rate import RateLimit


def questions(
    house: Stories, main: RequestLogStory, directory: Directory, rate: RateLimit
) -> dict[str, Callable[[Ask, str], None]]:
    """The stories of what is typed, and of the cards that a summary opens."""
    client, catalog, deadline_s = house.parts.client, house.parts.catalog, house.settings.requestlog_deadline
    own = OwnCredential(house.environment).find
    diff_story = DiffStory(main, now)
    code_story = CodeStory(client, catalog, directory, own=own, clock=now, timer=time.monotonic, deadline_s=deadline_s)
    decode_story = DecodeStory(client, catalog, directory, rate=rate, clock=now, deadline_s=deadline_s)
    typed = TypedStory(main, delivery=house.delivery, language_of=house.language.of, illustrator=Illustrator(house.delivery))
    dialogs = Dialogs(house.delivery, Modal(house.delivery, sleep=time.sleep))

    def diff(ask: Ask, _reference: str) -> None:
        house.delivery.privately(diff_story.answer(ask, house.language.of(ask.person)), ask.target)

    def code(ask: Ask, _reference: str) -> None:
        house.delivery.privately(code_story.answer(ask, house.language.of(ask.person)), ask.target)

    def decode(ask: Ask, reference: str) -> None:
        house.delivery.privately(decode_story.answer(ask, house.language.of(ask.person), reference), ask.target)

    return {
        "requestlog": typed.answer,
        STORY: OpenCardStory(main, dialogs=dialogs, delivery=house.delivery, language_of=house.language.of).open,
        "diff": diff,
        "code": code,
        "decode": decode,
    }


def hear_the_summary(app: App, intake: Intake, delivery: Delivery, language: Language) -> None:
    """Register the listener of a summary's buttons."""
    SummaryListener(intake, Modal(delivery, sleep=time.sleep).open, language).register(app)
