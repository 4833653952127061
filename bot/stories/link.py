"""How a person gets an identity here: who can add them, and the lines to add, ready to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.account import link_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery import Delivery
    from bot.identity.directory import Directory
    from bot.identity.person import Person
    from bot.languages import Language
    from bot.stories.ask import Ask


class LinkStory:
    """Explains linking; nobody links themselves here."""

    def __init__(self, *, directory: Directory, delivery: Delivery, language_of: Callable[[Person], Language]) -> None:
        self._directory = directory
        self._delivery = delivery
        self._language_of = language_of

    def answer(self, ask: Ask, _reference: str) -> None:
        """Tell a person how they are added, or that they are linked already."""
        names = tuple(identity.name for identity in self._directory.access(ask.person, None).identities)
        self._delivery.privately(link_message(ask.person, names, self._language_of(ask.person)), ask.target)
