"""The check-up that a person asks for: is there an identity, does it work, and what may it do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.blocks.doctor import Examined, doctor_message
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.rights import Examination
from bot.handlers.ticket_page import Consoles, page_state
from bot.identity.directory import Directory, Identity
from bot.identity.person import Person
from bot.identity.references import CredentialMissingError
from bot.languages import Language

SIDE_BY_SIDE: Final = 4


@dataclass(frozen=True, slots=True)
class DoctorStory:
    """Examines each identity of the person who asks, side by side."""

    examination: Examination
    directory: Directory
    consoles: Consoles
    delivery: Delivery
    language_of: Callable[[Person], Language]

    def answer(self, ask: Ask, _reference: str) -> None:
        """Tell a person what works for them and what does not."""
        language = self.language_of(ask.person)
        access = self.directory.access(ask.person, ask.channel)
        examined: tuple[Examined, ...] = ()
        if access.identities:
            with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(access.identities)), "doctor") as pool:
                examined = tuple(pool.map(partial(self._examined, language), access.identities))
        barrier = None if access.identities else access.barrier or "unlinked"
        said = doctor_message(examined, barrier, page_state(self.consoles), language)
        self.delivery.privately(said, ask.target)

    def _examined(self, language: Language, identity: Identity) -> Examined:
        try:
            credential = identity.credential()
        except CredentialMissingError:
            return Examined(identity.name, trouble="credential_missing")
        return Examined(identity.name, self.examination.of(credential, language))
