"""The log ticket: typed, asked for by a form, answered to one person alone, and kept nowhere."""

from typing import Final

from bot.blocks.kit import Message
from bot.blocks.logticket import Fault, Opened, TicketOutcome, fault_words, form_note, ticket_message, words_message
from bot.blocks.logticket_form import answer_view, form_view
from bot.blocks.trouble import trouble
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.handlers.ticket_fetch import fetch
from bot.handlers.ticket_words import Wanted, WrongWordError, parse_words, wanted_in, wanted_of
from bot.languages import Language

#: What a person can mend in the form, which is then shown again.
MENDABLE: Final = frozenset({"member", "data", "hub", "not_activated", "mismatch"})


def typed(services: Services, ask: Ask) -> None:
    """The sub-command with its words; without any, what this person chose last."""
    language = services.language(ask.person)
    try:
        wanted = parse_words(ask.text)
    except WrongWordError as error:
        services.tell(ask, words_message(error.reason, error.word, language))
        return
    remembered = wanted_of(services.choices.ticket_form(ask.person))
    outcome = _outcome(services, ask, wanted.completed_by(remembered), language)
    services.tell(ask, _message(services, ask, outcome, language))


def change(services: Services, ask: Ask) -> None:
    """The button on an answer: the form, filled as the answer was. The ask's text is the form."""
    language = services.language(ask.person)
    form = wanted_in(ask.text).form("cn-hangzhou", language)
    if services.modals.show(ask.origin, form_view(form, language, ask.origin.channel)) is None:
        services.tell(ask, form_note("expired", language))


def submitted(services: Services, ask: Ask) -> None:
    """The form sent off; a view waits in its place under an external id, and the ask's text is the form."""
    language = services.language(ask.person)
    said, view = trouble(language, ask.reference), None
    shown = False
    try:
        outcome = _outcome(services, ask, wanted_in(ask.text), language)
        said = _message(services, ask, outcome, language, changeable=False)
        if isinstance(outcome, Fault) and outcome.form and outcome.reason in MENDABLE:
            view = form_view(outcome.form, language, ask.origin.channel, fault_words(outcome, language))
    finally:
        shown = services.modals.answer_in(ask.origin, view or answer_view(said, language))
    if not shown:
        services.tell(ask, said)


def _outcome(services: Services, ask: Ask, wanted: Wanted, language: Language) -> TicketOutcome:
    access = services.directory.access(ask.person, ask.origin.channel)
    if not access.identities:
        named = {"team": ask.person.team or ask.person.enterprise or "–", "user": ask.person.user}
        return Fault(access.barrier or "unlinked", values=named)
    # The logs behind a ticket are everybody's, so an identity that is narrowed to its own calls gets none.
    unnarrowed = tuple(identity for identity in access.identities if not identity.own_only)
    outcome = fetch(services, unnarrowed, wanted, language)
    if isinstance(outcome, Opened):
        services.choices.remember_ticket_form(ask.person, wanted.as_stored())
    return outcome


def _message(services: Services, ask: Ask, outcome: TicketOutcome, language: Language, *, changeable: bool = True) -> Message:
    return ticket_message(outcome, language, now=services.clock(), reference=ask.reference, changeable=changeable)


HANDLERS: Final[dict[Name, Handler]] = {
    Name.TICKET: typed,
    Name.TICKET_CHANGE: change,
    Name.TICKET_SUBMITTED: submitted,
}
