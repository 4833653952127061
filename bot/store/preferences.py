"""What a person chose to be remembered: language, default account, the last log ticket form."""

from dataclasses import asdict, dataclass, field

from sqlalchemy import select

from bot.identity.person import Person
from bot.languages import Language
from bot.store.database import Database
from bot.store.sealed import Sealed
from bot.store.sealing import Keyring
from bot.store.statements import insert_or_replace
from bot.store.tables import PREFERENCES


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices; None and empty mean that they never chose.

    Attributes:
        language: of the answers.
        account: Alibaba Cloud account id to look in first.
        ticket_form: what the log ticket form showed last, JSON-able and small.
    """

    language: Language | None = None
    account: str | None = None
    ticket_form: dict[str, str] = field(default_factory=dict)


class PreferenceStore:
    """Finds and saves preferences, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "preferences")

    def find(self, owner: Person) -> Preferences:
        """A person's choices; the defaults when there are none, or when their row does not open."""
        query = select(PREFERENCES.c.sealed).where(PREFERENCES.c.owner == owner.key)
        sealed = self._database.read(lambda connection: connection.execute(query).scalar())
        return Preferences(**((sealed and self._sealed.find(sealed, *owner.ids)) or {}))

    def save(self, owner: Person, preferences: Preferences) -> None:
        """Remember a person's choices in place of the earlier ones."""
        row = {"owner": owner.key, "sealed": self._sealed.seal(asdict(preferences), *owner.ids)}
        self._database.write(lambda connection: insert_or_replace(connection, PREFERENCES, row))
