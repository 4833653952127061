"""What every handler works with: one frozen value, made once by ``app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.aliyun.cache import SharedCache
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.models import Solution
from bot.blocks.kit import Message
from bot.blocks.shortcut import result
from bot.delivery import Delivery
from bot.explain.catalog import Catalog
from bot.handlers.ask import Ask
from bot.handlers.choices import Choices, Memory
from bot.handlers.modal import Modals
from bot.handlers.ticket_page import Consoles
from bot.handlers.workspace import Channels, Profiles
from bot.identity.directory import Deciders, Directory
from bot.identity.person import Person
from bot.languages import Language
from bot.lookup import LookUp
from bot.lookup.rate import RateLimit
from bot.settings import Settings
from bot.store.people import FeedbackStore
from bot.store.requests import RequestStore
from bot.store.sealing import Keyring


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running bot.

    ``own_credential`` is the bot's own, and raises CredentialMissingError; ``clock`` gives aware times; ``solutions`` keeps
    what Alibaba Cloud wrote on error codes, which is the same for all who ask; ``close`` closes the connections to it.
    """

    settings: Settings
    client: Client
    catalog: Catalog
    lookup: LookUp
    directory: Directory
    own_credential: Callable[[], Credential]
    deciders: Deciders
    consoles: Consoles
    choices: Choices
    memory: Memory
    opinions: FeedbackStore
    requests: RequestStore
    keyring: Keyring
    delivery: Delivery
    modals: Modals
    profiles: Profiles
    channels: Channels
    rate: RateLimit
    solutions: SharedCache[tuple[Solution, ...]]
    clock: Callable[[], datetime]
    close: Callable[[], None]

    def language(self, person: Person) -> Language:
        """The language that a person reads: their choice, else Slack's locale where the bot may see it, else the default."""
        return self.choices.language(person) or self.profiles.language(person) or self.settings.requestlog_lang

    def tell(self, ask: Ask, said: Message) -> None:
        """Answer the person who asked, alone, where they asked. Raises UndeliverableError."""
        self.delivery.privately(said, ask.target)

    def show(self, ask: Ask, said: Message, language: Language) -> None:
        """The same in a modal, where one can still be opened. Raises UndeliverableError."""
        if self.modals.show(ask.origin, result(said, language)) is None:
            self.tell(ask, said)

    def names_of(self, person: Person) -> tuple[str, ...]:
        """The names of a person's identities."""
        return tuple(identity.name for identity in self.directory.access(person, None).identities)


Handler = Callable[[Services, Ask], None]
