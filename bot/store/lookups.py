"""A person's last ten look-ups, for their App Home."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from bot.identity.person import Person
from bot.languages import Language
from bot.store.database import Database
from bot.store.sealed import Sealed
from bot.store.sealing import Keyring
from bot.store.statements import insert_or_replace
from bot.store.tables import LOOKUPS, moment, stamp

KEPT: Final = 10
_MINE: Final = LOOKUPS.c.owner == bindparam("whose")
_NEWEST: Final = select(LOOKUPS.c.request, LOOKUPS.c.sealed, LOOKUPS.c.at).where(_MINE).order_by(LOOKUPS.c.at.desc())
_PRUNE: Final = delete(LOOKUPS).where(
    _MINE,
    LOOKUPS.c.request.not_in(select(LOOKUPS.c.request).where(_MINE).order_by(LOOKUPS.c.at.desc()).limit(KEPT)),
)


@dataclass(frozen=True, slots=True)
class PastLookup:
    """One look-up of the past.

    Attributes:
        request_id: what was looked up.
        verdict: one line, redacted, in ``language``.
        outcome: a name of ``outcomes.OUTCOMES``.
        at: when, with a time zone.
    """

    request_id: str
    verdict: str
    outcome: str
    at: datetime
    language: Language = "en"


class LookupStore:
    """Saves and finds past look-ups, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._sealed = Sealed(keyring, "lookup")

    def save(self, owner: Person, lookup: PastLookup) -> None:
        """Remember a look-up; an earlier one of the same RequestId gives way, and so does the eleventh."""
        request = hashlib.sha256(lookup.request_id.encode()).hexdigest()
        sealed = self._sealed.seal([lookup.request_id, lookup.verdict, lookup.outcome, lookup.language], *owner.ids, request)
        row = {"owner": owner.key, "request": request, "sealed": sealed, "at": stamp(lookup.at)}

        def work(connection: Connection) -> None:
            insert_or_replace(connection, LOOKUPS, row)
            connection.execute(_PRUNE, {"whose": owner.key})

        self._database.write(work)

    def find(self, owner: Person) -> list[PastLookup]:
        """A person's look-ups, newest first; rows that do not open are left out."""
        rows = self._database.read(lambda connection: connection.execute(_NEWEST, {"whose": owner.key}).all())
        opened = ((self._sealed.find(sealed, *owner.ids, request), at) for request, sealed, at in rows[:KEPT])
        return [_past(*value, at=moment(at)) for value, at in opened if value is not None]


def _past(request_id: str, verdict: str, outcome: str, language: Language = "en", *, at: datetime) -> PastLookup:
    """A sealed row's values; those of an older version had no language."""
    return PastLookup(request_id, verdict, outcome, at, language)
