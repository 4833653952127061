"""How often people called an explanation helpful or wrong, by its catalogue reference; nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.statements import insert_if_new
from bot.store.tables import FEEDBACK

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Feedback:
    """How many people said what of one catalogue entry."""

    helpful: int = 0
    wrong: int = 0


class FeedbackStore:
    """Saves, finds and deletes counts. Every method raises StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, reference: str, *, helpful: bool) -> None:
        """Count one more opinion of a catalogue entry."""
        counted = FEEDBACK.c.helpful if helpful else FEEDBACK.c.wrong
        statement = update(FEEDBACK).where(FEEDBACK.c.reference == reference).values({counted: counted + 1})

        def work(connection: Connection) -> None:
            insert_if_new(connection, FEEDBACK, {"reference": reference, "helpful": 0, "wrong": 0})
            connection.execute(statement)

        self._database.write(work)

    def find(self) -> dict[str, Feedback]:
        """The counts of every entry that anybody spoke of, by reference."""
        query = select(FEEDBACK.c.reference, FEEDBACK.c.helpful, FEEDBACK.c.wrong)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {reference: Feedback(helpful, wrong) for reference, helpful, wrong in rows}

    def delete(self, reference: str) -> None:
        """Start an entry's counts anew."""
        statement = delete(FEEDBACK).where(FEEDBACK.c.reference == reference)
        self._database.write(lambda connection: connection.execute(statement).rowcount)
