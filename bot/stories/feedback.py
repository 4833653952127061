"""Opinions on explanations, counted by catalogue entry: which entries help, and which want mending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.blocks.feedback import answer
from bot.store.errors import StoreUnavailableError
from bot.stories.choices import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.delivery import Delivery
    from bot.identity.person import Person
    from bot.languages import Language
    from bot.store.feedback import FeedbackStore
    from bot.stories.ask import Ask


@dataclass(frozen=True, slots=True)
class FeedbackStory:
    """Counts an opinion once a person, entry and day, the latest one, and says thanks. ``clock`` gives aware times."""

    opinions: FeedbackStore
    delivery: Delivery
    language_of: Callable[[Person], Language]
    clock: Callable[[], datetime]

    def given(self, ask: Ask, _reference: str) -> None:
        """The ask's text is the entry's reference; ``extra`` holds ``helpful``."""
        language = self.language_of(ask.person)
        helpful = bool((ask.extra or {}).get("helpful"))
        try:
            saved = self.opinions.save_once(ask.text, owner_of(ask.person), helpful=helpful, now=self.clock())
        except StoreUnavailableError:
            self.delivery.privately(answer("lost", language), ask.target)
            return
        self.delivery.privately(answer(saved, language), ask.target)
