"""Waiting for a log that is not written yet: looked for again by itself, as the asker, until it is there or ten minutes passed.

One wait an id and person, kept durably. It begins by itself where the id is known to be young, else by a button; a button
ends it. Whoever may not see the log any more meanwhile sees nothing.
"""

from typing import Final

from bot.blocks.details import refreshed
from bot.blocks.kit import Message
from bot.blocks.outcome import not_there
from bot.handlers.ask import Ask, Name, Wait
from bot.handlers.card import in_place, outcome_of
from bot.handlers.requestlog import outcome_card
from bot.handlers.services import LOOKED_FOR_AFTER_S, Handler, Services
from bot.outcomes import Found, NotFound, Unavailable


def begin(services: Services, ask: Ask) -> Message | None:
    """The button: the log is looked for at once, and again later where it is not there."""
    outcome = outcome_of(services, ask, fresh=True)
    waits = isinstance(outcome, NotFound) and services.wait_for_log(ask)
    return in_place(services, ask, outcome_card(services, ask, outcome, waits=waits))


def look_again(services: Services, ask: Ask) -> Message | None:
    """One more look. Only what was found is shown, and at the end that nothing was."""
    wait = ask.given(Wait)
    if services.waits.find(ask.person, ask.text) != wait.since:
        return None
    # It counts as what the person asks does; where that is too much within a minute, the next try looks.
    counted = services.rate.allows(ask.person.key)
    outcome = outcome_of(services, ask, fresh=True) if counted else Unavailable(ask.text, "rate")
    absent = isinstance(outcome, NotFound | Unavailable)
    if absent and wait.tries + 1 < len(LOOKED_FOR_AFTER_S) and services.wait_for_log(ask, wait.tries + 1):
        return None
    services.waits.end(ask.person, ask.text)
    if isinstance(outcome, Found):
        services.unwritten.extend(services.memory.keep(ask.person, (outcome,)))
        return in_place(services, ask, refreshed(outcome_card(services, ask, outcome), services.clock(), ask.language))
    return in_place(services, ask, not_there(ask.text, ask.language)) if absent else None


def end(services: Services, ask: Ask) -> Message | None:
    """The button that ends a wait."""
    services.waits.end(ask.person, ask.text)
    return in_place(services, ask, outcome_card(services, ask, outcome_of(services, ask)))


HANDLERS: Final[dict[Name, Handler]] = {Name.WAIT: begin, Name.WAIT_AGAIN: look_again, Name.WAIT_END: end}
