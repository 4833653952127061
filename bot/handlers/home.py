"""The Home tab: published when it is opened and whenever something on it was changed. It works for everybody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.blocks.home import HomePage, Past, home_page
from bot.delivery import Delivery, NotPostedError, UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.choices import Choices, Memory
from bot.identity.directory import Directory
from bot.identity.person import Person
from bot.languages import Language


class HomeStory:
    """Publishes a person's own Home tab. ``clock`` gives aware times."""

    def __init__(  # noqa: PLR0913 - keywords of the composition root
        self,
        *,
        delivery: Delivery,
        directory: Directory,
        choices: Choices,
        memory: Memory,
        language_of: Callable[[Person], Language],
        clock: Callable[[], datetime],
    ) -> None:
        self._delivery = delivery
        self._directory = directory
        self._choices = choices
        self._memory = memory
        self._language_of = language_of
        self._clock = clock

    def opened(self, ask: Ask, _reference: str) -> None:
        """Somebody looks at the tab."""
        self.publish(ask.person)

    def publish(self, person: Person) -> None:
        """Show the tab as it is now. Raises UndeliverableError when Slack refuses it."""
        identities = self._directory.access(person, None).identities
        past = [Past(each.request_id, each.verdict, each.outcome, each.at) for each in self._memory.last(person)]
        page = HomePage(
            person,
            tuple(identity.name for identity in identities),
            self._choices.language(person),
            self._choices.account(person),
            tuple(past),
        )
        view = home_page(page, self._language_of(person), now=self._clock())
        publish(self._delivery, person, view)


def publish(delivery: Delivery, person: Person, view: dict[str, Any]) -> None:
    """Put a view on a person's Home tab.

    Raises UndeliverableError when Slack refuses it: nobody asked for an answer, so there is nobody to tell.
    """
    try:
        delivery.call("views.publish", user_id=person.user, view=view)
    except NotPostedError as error:
        raise UndeliverableError(error.reason) from None
