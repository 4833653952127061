"""Every story of the house, put together from its parts, under the name that its listener hands on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.parts import now
from bot.app.tickets import ticket_story
from bot.app.ways import about_the_person, behind_the_guard, ways_in
from bot.blocks.help import help_message
from bot.lookup.rate import RateLimit
from bot.stories.choices import Choices, Memory, PreferredFirst
from bot.stories.requestlog import RequestLogStory

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def table(self) -> dict[str, Callable[[Ask, str], None]]:
        """The stories by name."""
        choices = Choices(self.store.preferences)
        memory = Memory(self.store.lookups, now)
        directory = PreferredFirst(self.directory, choices)
        main = RequestLogStory(
            lookup=self.parts.lookup,
            directory=directory,
            catalog=self.parts.catalog,
            rate=RateLimit(self.settings.requestlog_rate, time.monotonic),
            clock=now,
            deadline_s=self.settings.requestlog_deadline,
            remember=memory.keep,
        )

        ticket = ticket_story(self, directory)

        def requestlog(ask: Ask, reference: str) -> None:
            self.delivery.privately(main.answer(ask, self.language.of(ask.person), reference), ask.target)

        def help_(ask: Ask, _reference: str) -> None:
            self.delivery.privately(help_message(self.language.of(ask.person)), ask.target)

        stories = {
            "requestlog": requestlog,
            "help": help_,
            "ticket": ticket.typed,
            "ticket_change": ticket.change,
            "ticket_submitted": ticket.submitted,
            **ways_in(self, main.answer),
            **about_the_person(self, directory, choices, memory),
        }
        return behind_the_guard(self, stories)
