"""Every story of the house, put together from its parts, under the name that its listener hands on."""

import time
from collections.abc import Callable

from bot.app.buttons import on_the_card
from bot.app.handoff import feedback_story, handoff_stories
from bot.app.parts import now
from bot.app.questions import questions
from bot.app.services import Stories
from bot.app.tickets import doctor_story, ticket_story
from bot.app.ways import about_the_person, behind_the_guard, ways_in
from bot.blocks.help import help_message
from bot.handlers.ask import Ask
from bot.handlers.choices import Choices, Memory, PreferredFirst
from bot.handlers.requestlog import RequestLogStory
from bot.handlers.tripwire import Tripwire
from bot.lookup.rate import RateLimit


def table(house: Stories) -> dict[str, Callable[[Ask, str], None]]:
    """The stories by name."""
    choices = Choices(house.store.preferences)
    memory = Memory(house.store.lookups, now)
    directory = PreferredFirst(house.directory, choices)
    rate = RateLimit(house.settings.requestlog_rate, time.monotonic)
    main = RequestLogStory(
        lookup=house.parts.lookup,
        directory=directory,
        catalog=house.parts.catalog,
        rate=rate,
        clock=now,
        deadline_s=house.settings.requestlog_deadline,
        remember=memory.keep,
        handoff=house.settings.requestlog_admin_channel is not None,
    )

    ticket = ticket_story(house, directory)

    def help_(ask: Ask, _reference: str) -> None:
        house.delivery.privately(help_message(house.language.of(ask.person)), ask.target)

    stories = {
        **questions(house, main, directory, rate),
        "help": help_,
        "doctor": doctor_story(house, directory).answer,
        "ticket": ticket.typed,
        "ticket_change": ticket.change,
        "ticket_submitted": ticket.submitted,
        **ways_in(house, main.answer),
        **on_the_card(house, main),
        **handoff_stories(house, main),
        "feedback": feedback_story(house).given,
        **about_the_person(house, directory, choices, memory),
    }
    return Tripwire(house.delivery, house.language.of).around(behind_the_guard(house, stories))
