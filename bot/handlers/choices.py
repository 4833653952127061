"""What a person chose: the language of the answers and the identity to look with first; and their last look-ups."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.identity.directory import Access, Directory
from bot.identity.person import Person
from bot.languages import Language
from bot.outcomes import OUTCOMES, Found, Outcome
from bot.store.errors import StoreUnavailableError
from bot.store.people import LookupStore, PastLookup, PreferenceStore

_LOG = structlog.get_logger("bot.handlers")
LONGEST_VERDICT = 300


class Choices:
    """A person's preferences. Reading never fails, for an answer matters more; saving raises StoreUnavailableError."""

    def __init__(self, store: PreferenceStore) -> None:
        self._store = store

    def language(self, person: Person) -> Language | None:
        """The language that they chose."""
        try:
            return self._store.find(person).language
        except StoreUnavailableError:
            return None

    def account(self, person: Person) -> str | None:
        """The name of the identity that they chose to look with first."""
        try:
            return self._store.find(person).account
        except StoreUnavailableError:
            return None

    def ticket_form(self, person: Person) -> dict[str, str]:
        """What they asked a log ticket for last; empty for never."""
        try:
            return self._store.find(person).ticket_form
        except StoreUnavailableError:
            return {}

    def remember_ticket_form(self, person: Person, form: dict[str, str]) -> None:
        """Keep what worked. When the store cannot be reached the answer matters more."""
        try:
            known = self._store.find(person)
            if known.ticket_form != form:
                self._store.save(person, replace(known, ticket_form=form))
        except StoreUnavailableError:
            return

    def choose_language(self, person: Person, language: Language | None) -> None:
        """Remember a language; None goes by Slack's own again."""
        self._store.save(person, replace(self._store.find(person), language=language))

    def choose_account(self, person: Person, account: str | None) -> None:
        """Remember an identity's name; None goes by the order of the identities file again."""
        self._store.save(person, replace(self._store.find(person), account=account))


class PreferredFirst:
    """A directory that puts the identity a person chose before their others."""

    def __init__(self, directory: Directory, choices: Choices) -> None:
        self._directory = directory
        self._choices = choices

    def access(self, person: Person, channel: str | None) -> Access:
        """As the directory says; the chosen identity first."""
        access = self._directory.access(person, channel)
        if len(access.identities) < 2:  # noqa: PLR2004 - one is first anyway
            return access
        chosen = self._choices.account(person)
        return replace(access, identities=tuple(sorted(access.identities, key=lambda each: each.name != chosen)))

    def faults(self) -> list[str]:
        """As the directory says."""
        return self._directory.faults()


class Memory:
    """Keeps each person's last look-ups for their Home tab."""

    def __init__(self, store: LookupStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def keep(self, person: Person, outcomes: Sequence[Outcome]) -> None:
        """Remember how look-ups ended, the first of them as the newest. A store that is away costs only this memory."""
        for outcome in reversed(outcomes):
            verdict = outcome.explanation.verdict[:LONGEST_VERDICT] if isinstance(outcome, Found) else ""
            language = outcome.explanation.language if isinstance(outcome, Found) else "en"
            past = PastLookup(outcome.request_id, verdict, OUTCOMES[type(outcome)], self._clock(), language)
            try:
                self._store.save(person, past)
            except StoreUnavailableError as error:
                _LOG.warning("lookup_not_remembered", error=type(error).__name__)
                return

    def last(self, person: Person) -> list[PastLookup]:
        """A person's last look-ups, newest first; none while the store is away."""
        try:
            return self._store.find(person)
        except StoreUnavailableError:
            return []
