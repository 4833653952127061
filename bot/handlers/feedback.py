"""Opinions on explanations, counted by catalogue entry: which entries help, and which want mending."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.feedback import answer
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.choices import owner_of
from bot.identity.person import Person
from bot.languages import Language
from bot.store.errors import StoreUnavailableError
from bot.store.feedback import FeedbackStore


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
