"""The Home tab: published when it is opened and whenever something on it was changed. It works for everybody."""

from typing import Any, Final

from bot.blocks.home import HomePage, Past, home_page
from bot.delivery import Delivery, NotPostedError, UndeliverableError
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services
from bot.identity.person import Person
from bot.store.chain import Entry


def opened(services: Services, ask: Ask) -> None:
    """Show the tab as it is now, in the language that was perhaps chosen on it just now."""
    person, language = ask.person, services.language(ask.person)
    identities = services.directory.access(person, None).identities
    rights = tuple(each.right for each in identities)
    # A verdict in another language than the tab's, or whose right was lost, gives way to how the look-up ended.
    past = tuple(
        Past(
            each.request_id,
            each.verdict if each.language == language and each.right.startswith(rights) else "",
            each.outcome,
            each.at,
        )
        for each in services.memory.last(person)
    )
    if past:
        services.record(ask, Entry("home", result="shown", detail={"lookups": len(past)}))
    preferences = services.choices.of(person)
    page = HomePage(person, tuple(each.name for each in identities), preferences.language, preferences.account, past)
    publish(services.delivery, person, home_page(page, language, now=services.clock()))


def publish(delivery: Delivery, person: Person, view: dict[str, Any]) -> None:
    """Put a view on a person's Home tab.

    Raises UndeliverableError when Slack refuses it: nobody asked for an answer, so there is nobody to tell.
    """
    try:
        delivery.call("views.publish", user_id=person.user, view=view)
    except NotPostedError as error:
        raise UndeliverableError(error.reason) from None


HANDLERS: Final[dict[Name, Handler]] = {Name.HOME: opened}
