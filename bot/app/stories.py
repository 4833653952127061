"""Every story of the house, put together from its parts, under the name that its listener hands on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.parts import now
from bot.blocks.help import help_message
from bot.lookup.rate import RateLimit
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


@dataclass(frozen=True, slots=True)
class Stories:
    """Every story of the house, under the name that its listener hands on."""

    settings: Settings
    parts: LookupParts
    directory: Directory
    delivery: Delivery
    store: Store
    language: PersonLanguage

    def table(self) -> dict[str, Callable[[Ask, str], None]]:
        """The stories by name."""
        main = RequestLogStory(
            lookup=self.parts.lookup,
            directory=self.directory,
            catalog=self.parts.catalog,
            rate=RateLimit(self.settings.requestlog_rate, time.monotonic),
            clock=now,
            deadline_s=self.settings.requestlog_deadline,
        )

        def requestlog(ask: Ask, reference: str) -> None:
            self.delivery.privately(main.answer(ask, self.language.of(ask.person), reference), ask.target)

        def help_(ask: Ask, _reference: str) -> None:
            self.delivery.privately(help_message(self.language.of(ask.person)), ask.target)

        return {"requestlog": requestlog, "help": help_}
