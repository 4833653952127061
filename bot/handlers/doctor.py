"""The check-up that a person asks for: is there an identity, does it work, and what may it do."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from bot.blocks.doctor import Examined, doctor_message
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.rights import Examination
from bot.handlers.services import Handler, Services
from bot.handlers.ticket_page import page_state
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import Language

SIDE_BY_SIDE: Final = 4


def check_up(services: Services, ask: Ask) -> None:
    """Tell a person what works for them and what does not, each of their identities examined."""
    language = services.language(ask.person)
    access = services.directory.access(ask.person, ask.origin.channel)
    examined: tuple[Examined, ...] = ()
    if access.identities:
        examination = Examination.of_settings(services.client, services.settings, services.clock)
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(access.identities)), "doctor") as pool:
            examined = tuple(pool.map(partial(_examined, examination, language), access.identities))
    barrier = None if access.identities else access.barrier or "unlinked"
    services.tell(ask, doctor_message(examined, barrier, page_state(services.consoles), language))


def _examined(examination: Examination, language: Language, identity: Identity) -> Examined:
    try:
        credential = identity.credential()
    except CredentialMissingError:
        return Examined(identity.name, trouble="credential_missing")
    return Examined(identity.name, examination.of(credential, language))


HANDLERS: Final[dict[Name, Handler]] = {Name.DOCTOR: check_up}
