"""A person's last ten look-ups, for their App Home."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection, bindparam, delete, select

from bot.store.database import Database
from bot.store.errors import SealError
from bot.store.owners import Owner
from bot.store.sealing import Keyring
from bot.store.statements import insert_or_replace
from bot.store.tables import LOOKUPS, moment, stamp

KEPT: Final = 10
_KIND: Final = "lookup"
_LOG: Final = structlog.get_logger("bot.store")
_MINE: Final = LOOKUPS.c.owner == bindparam("whose")
_NEWEST: Final = select(LOOKUPS.c.request, LOOKUPS.c.sealed, LOOKUPS.c.at).where(_MINE).order_by(LOOKUPS.c.at.desc())
_PRUNE: Final = delete(LOOKUPS).where(
    _MINE,
    LOOKUPS.c.request.not_in(select(LOOKUPS.c.request).where(_MINE).order_by(LOOKUPS.c.at.desc()).limit(KEPT)),
)
_FORGET: Final = delete(LOOKUPS).where(_MINE)


@dataclass(frozen=True, slots=True)
class PastLookup:
    """One look-up of the past.

    Attributes:
        request_id: what was looked up.
        verdict: one line, redacted.
        outcome: a name of ``outcomes.OUTCOMES``.
        at: when, with a time zone.
    """

    request_id: str
    verdict: str
    outcome: str
    at: datetime


class LookupStore:
    """Saves, finds and deletes past look-ups, sealed to their owner. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def save(self, owner: Owner, lookup: PastLookup) -> None:
        """Remember a look-up; an earlier one of the same RequestId gives way, and so does the eleventh."""
        body = json.dumps([lookup.request_id, lookup.verdict, lookup.outcome]).encode("ascii")
        request = hashlib.sha256(lookup.request_id.encode()).hexdigest()
        row = {
            "owner": owner.key,
            "request": request,
            "sealed": self._keyring.seal(body, kind=_KIND, owner=(*owner.ids, request)),
            "at": stamp(lookup.at),
        }

        def work(connection: Connection) -> None:
            insert_or_replace(connection, LOOKUPS, row)
            connection.execute(_PRUNE, {"whose": owner.key})

        self._database.write(work)

    def find(self, owner: Owner) -> list[PastLookup]:
        """A person's look-ups, newest first; altered rows are left out (which is logged)."""
        rows = self._database.read(lambda connection: connection.execute(_NEWEST, {"whose": owner.key}).all())
        found = []
        for request, sealed, at in rows[:KEPT]:
            try:
                body = self._keyring.unseal(sealed, kind=_KIND, owner=(*owner.ids, request))
            except SealError:
                _LOG.warning("sealed_row_refused", kind=_KIND, user=owner.key)
                continue
            request_id, verdict, outcome = json.loads(body)
            found.append(PastLookup(request_id, verdict, outcome, moment(at)))
        return found

    def delete(self, owner: Owner) -> None:
        """Forget a person's look-ups."""
        self._database.write(lambda connection: connection.execute(_FORGET, {"whose": owner.key}).rowcount)
