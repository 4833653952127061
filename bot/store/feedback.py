"""How often people called an explanation helpful or wrong, by its catalogue reference; nobody is named."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, delete, select, update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.statements import insert_if_new
from bot.store.tables import FEEDBACK, OPINIONS, stamp

Saved = Literal["new", "changed", "same"]

REMEMBERED_FOR: Final = timedelta(days=2)
"""How long it is known that somebody spoke; longer than the day for which their word counts once."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """How many people said what of one catalogue entry."""

    helpful: int = 0
    wrong: int = 0


class FeedbackStore:
    """Saves and finds counts. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_once(self, reference: str, owner: Person, *, helpful: bool, now: datetime) -> Saved:
        """Count a person's opinion, once a day and entry; another one on the same day takes the place of the first.

        What is kept of the person is a digest, and that for two days.
        """
        said, opposite = (_digest(owner, reference, now, helpful=each) for each in (helpful, not helpful))
        outlived = delete(OPINIONS).where(OPINIONS.c.given_at < stamp(now - REMEMBERED_FOR))
        withdrawn = delete(OPINIONS).where(OPINIONS.c.voter == opposite)

        def work(connection: Connection) -> Saved:
            connection.execute(outlived)
            if not insert_if_new(connection, OPINIONS, {"voter": said, "given_at": stamp(now)}):
                return "same"
            changed = connection.execute(withdrawn).rowcount > 0
            if changed:
                _count(connection, reference, helpful=not helpful, by=-1)
            _count(connection, reference, helpful=helpful)
            return "changed" if changed else "new"

        return self._database.write(work)

    def find(self) -> dict[str, Feedback]:
        """The counts of every entry that anybody spoke of, by reference."""
        query = select(FEEDBACK.c.reference, FEEDBACK.c.helpful, FEEDBACK.c.wrong)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {reference: Feedback(helpful, wrong) for reference, helpful, wrong in rows}


def _digest(owner: Person, reference: str, now: datetime, *, helpful: bool) -> str:
    spoken = f"{owner.key}\n{reference}\n{now:%Y-%m-%d}\n{helpful}"
    return hashlib.sha256(spoken.encode()).hexdigest()


def _count(connection: Connection, reference: str, *, helpful: bool, by: int = 1) -> None:
    counted = FEEDBACK.c.helpful if helpful else FEEDBACK.c.wrong
    insert_if_new(connection, FEEDBACK, {"reference": reference, "helpful": 0, "wrong": 0})
    connection.execute(update(FEEDBACK).where(FEEDBACK.c.reference == reference).values({counted: counted + by}))
