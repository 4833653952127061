"""The log ticket: typed, asked for by a form, answered to one person alone, and kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.blocks.kit import Message
from bot.blocks.logticket import Fault, Opened, TicketOutcome, fault_words, form_note, ticket_message, words_message
from bot.blocks.logticket_form import answer_view, form_view
from bot.blocks.trouble import trouble
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.modal import Modal
from bot.handlers.ticket_fetch import TicketDesk
from bot.handlers.ticket_words import Wishes, WrongWordError, parse_words, wishes_in, wishes_of
from bot.identity.directory import Directory
from bot.identity.person import Person
from bot.languages import Language
from bot.lookup.rate import RateLimit
from bot.store.errors import StoreUnavailableError
from bot.store.preferences import PreferenceStore

#: What a person can mend in the form, which is then shown again.
MENDABLE: Final = frozenset({"member", "data", "hub", "not_activated", "mismatch"})


@dataclass(frozen=True, slots=True)
class TicketStory:
    """Answers ``/requestlog ticket``, its button and its form."""

    desk: TicketDesk
    directory: Directory
    preferences: PreferenceStore
    delivery: Delivery
    modal: Modal
    rate: RateLimit
    language_of: Callable[[Person], Language]

    def typed(self, ask: Ask, reference: str) -> None:
        """The sub-command with its words; without any, what this person chose last."""
        language = self.language_of(ask.person)
        try:
            wishes = parse_words(ask.text)
        except WrongWordError as error:
            self.delivery.privately(words_message(error.reason, error.word, language), ask.target)
            return
        outcome = self._outcome(ask, wishes.beside(self._remembered(ask.person)), language)
        self.delivery.privately(self._message(outcome, language, reference), ask.target)

    def change(self, ask: Ask, _reference: str) -> None:
        """The button on an answer: the form, filled as the answer was. ``extra`` holds ``trigger``; the text is the form."""
        language = self.language_of(ask.person)
        form = wishes_in(ask.text).form("cn-hangzhou", language)
        if self.modal.open((ask.extra or {}).get("trigger"), form_view(form, language, ask.channel)) is None:
            self.delivery.privately(form_note("expired", language), ask.target)

    def submitted(self, ask: Ask, reference: str) -> None:
        """The form sent off; ``view`` is the external id of the view that waits in its place, the text is the form."""
        language = self.language_of(ask.person)
        said, view = trouble(language, reference), None
        shown = False
        try:
            outcome = self._outcome(ask, wishes_in(ask.text), language)
            said = self._message(outcome, language, reference, changeable=False)
            if isinstance(outcome, Fault) and outcome.form and outcome.reason in MENDABLE:
                view = form_view(outcome.form, language, ask.channel, fault_words(outcome, language))
        finally:
            shown = self.modal.update_acknowledged(ask.view or "", view or answer_view(said, language))
        if not shown:
            self.delivery.privately(said, ask.target)

    def _outcome(self, ask: Ask, wishes: Wishes, language: Language) -> TicketOutcome:
        access = self.directory.access(ask.person, ask.channel)
        if not access.identities:
            named = {"team": ask.person.team or ask.person.enterprise or "–", "user": ask.person.user}
            return Fault(access.barrier or "unlinked", values=named)
        if not self.rate.allows(ask.person.key):
            return Fault("rate")
        # The logs behind a ticket are everybody's, so an identity that is narrowed to its own calls gets none.
        unnarrowed = tuple(identity for identity in access.identities if not identity.own_only)
        outcome = self.desk.fetch(unnarrowed, wishes, language)
        if isinstance(outcome, Opened):
            self._remember(ask.person, wishes)
        return outcome

    def _message(self, outcome: TicketOutcome, language: Language, reference: str, *, changeable: bool = True) -> Message:
        return ticket_message(outcome, language, now=self.desk.clock(), reference=reference, changeable=changeable)

    def _remembered(self, person: Person) -> Wishes:
        try:
            return wishes_of(self.preferences.find(_owner(person)).ticket_form)
        except StoreUnavailableError:
            return wishes_of({})

    def _remember(self, person: Person, wishes: Wishes) -> None:
        """Keep what worked. When the store cannot be reached the answer matters more."""
        try:
            known = self.preferences.find(_owner(person))
            if known.ticket_form != wishes.as_stored():
                self.preferences.save(_owner(person), replace(known, ticket_form=wishes.as_stored()))
        except StoreUnavailableError:
            return


def _owner(person: Person) -> Person:
    return person
