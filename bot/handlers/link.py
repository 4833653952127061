"""How a person gets an identity here, how it ends, and that nobody signs in from Slack."""

from collections.abc import Callable

from bot.blocks.account import link_message, login_message, unlink_message
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.identity.directory import Directory
from bot.identity.person import Person
from bot.languages import Language


class LinkStory:
    """Explains linking; nobody links themselves here."""

    def __init__(self, *, directory: Directory, delivery: Delivery, language_of: Callable[[Person], Language]) -> None:
        self._directory = directory
        self._delivery = delivery
        self._language_of = language_of

    def answer(self, ask: Ask, _reference: str) -> None:
        """Tell a person how they are added, or that they are linked already."""
        shown = link_message(ask.person, self._names(ask.person), self._language_of(ask.person))
        self._delivery.privately(shown, ask.target)

    def end(self, ask: Ask, _reference: str) -> None:
        """Tell a person who can remove their link, and what this bot keeps of them."""
        shown = unlink_message(self._names(ask.person), self._language_of(ask.person))
        self._delivery.privately(shown, ask.target)

    def sign_in(self, ask: Ask, _reference: str) -> None:
        """Tell a person that there is no signing in, and what they can do instead."""
        shown = login_message(ask.person, self._names(ask.person), self._language_of(ask.person))
        self._delivery.privately(shown, ask.target)

    def _names(self, person: Person) -> tuple[str, ...]:
        return tuple(identity.name for identity in self._directory.access(person, None).identities)
