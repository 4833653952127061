"""What a person chose to be remembered: language, default account, the last log ticket form."""

import json
from dataclasses import asdict, dataclass, field
from typing import Final

import structlog
from sqlalchemy import delete, select

from bot.languages import Language
from bot.store.database import Database
from bot.store.errors import SealError
from bot.store.owners import Owner
from bot.store.sealing import Keyring
from bot.store.statements import insert_or_replace
from bot.store.tables import PREFERENCES

_KIND: Final = "preferences"
_LOG: Final = structlog.get_logger("bot.store")


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
    """Finds, saves and deletes preferences, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def find(self, owner: Owner) -> Preferences:
        """A person's choices; the defaults when there are none, or when their row was altered (which is logged)."""
        query = select(PREFERENCES.c.sealed).where(PREFERENCES.c.owner == owner.key)
        sealed = self._database.read(lambda connection: connection.execute(query).scalar())
        if sealed is None:
            return Preferences()
        try:
            return Preferences(**json.loads(self._keyring.unseal(sealed, kind=_KIND, owner=owner.ids)))
        except SealError:
            _LOG.warning("sealed_row_refused", kind=_KIND, user=owner.key)
            return Preferences()

    def save(self, owner: Owner, preferences: Preferences) -> None:
        """Remember a person's choices in place of the earlier ones."""
        sealed = self._keyring.seal(json.dumps(asdict(preferences)).encode("ascii"), kind=_KIND, owner=owner.ids)
        row = {"owner": owner.key, "sealed": sealed}
        self._database.write(lambda connection: insert_or_replace(connection, PREFERENCES, row))

    def delete(self, owner: Owner) -> None:
        """Forget a person's choices."""
        statement = delete(PREFERENCES).where(PREFERENCES.c.owner == owner.key)
        self._database.write(lambda connection: connection.execute(statement).rowcount)
