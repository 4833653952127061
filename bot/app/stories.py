"""Every story of the house, put together from its parts, under the name that its listener hands on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.app.buttons import on_the_card
from bot.app.handoff import feedback_story, handoff_stories
from bot.app.parts import now
from bot.app.questions import questions
from bot.app.tickets import doctor_story, ticket_story
from bot.app.ways import about_the_person, behind_the_guard, ways_in
from bot.blocks.help import help_message
from bot.lookup.rate import RateLimit
from bot.stories.choices import Choices, Memory, PreferredFirst
from bot.stories.requestlog import RequestLogStory
from bot.stories.tripwire import Tripwire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.app.parts import LookupParts
    from bot.app.storage import Store
    from bot.delivery import Delivery
    from bot.identity.directory import Directory
    from bot.settings import Settings
    from bot.stories.ask import Ask
    from bot.stories.language import PersonLanguage
    from bot.stories.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Stories:
    """Every story of the house, under the name that its listener hands on."""

    settings: Settings
    parts: LookupParts
    directory: Directory
    delivery: Delivery
    store: Store
    language: PersonLanguage
    profiles: Profiles
    environment: Mapping[str, str] = field(repr=False)

    def table(self) -> dict[str, Callable[[Ask, str], None]]:
        """The stories by name."""
        choices = Choices(self.store.preferences)
        memory = Memory(self.store.lookups, now)
        directory = PreferredFirst(self.directory, choices)
        rate = RateLimit(self.settings.requestlog_rate, time.monotonic)
        main = RequestLogStory(
            lookup=self.parts.lookup,
            directory=directory,
            catalog=self.parts.catalog,
            rate=rate,
            clock=now,
            deadline_s=self.settings.requestlog_deadline,
            remember=memory.keep,
            handoff=self.settings.requestlog_admin_channel is not None,
        )

        ticket = ticket_story(self, directory)

        def help_(ask: Ask, _reference: str) -> None:
            self.delivery.privately(help_message(self.language.of(ask.person)), ask.target)

        stories = {
            **questions(self, main, directory, rate),
            "help": help_,
            "doctor": doctor_story(self, directory).answer,
            "ticket": ticket.typed,
            "ticket_change": ticket.change,
            "ticket_submitted": ticket.submitted,
            **ways_in(self, main.answer),
            **on_the_card(self, main),
            **handoff_stories(self, main),
            "feedback": feedback_story(self).given,
            **about_the_person(self, directory, choices, memory),
        }
        return Tripwire(self.delivery, self.language.of).around(behind_the_guard(self, stories))
