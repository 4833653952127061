"""The inbox: a command is accepted when its row is durable, and its row is the last word on whether it was answered."""

import json
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, not_, or_, select, update

from bot.store.database import Database
from bot.store.errors import InboxFullError, ShareFullError
from bot.store.sealing import Keyring
from bot.store.tables import COMMANDS, REPLICAS, insert_if_new, moment, stamp

KEPT_FOR: Final = timedelta(hours=48)
"""How long the id of an answered command is remembered: Slack's delayed events come again for 24 hours."""

SHARE: Final = 50
"""How many commands of one person may wait, so that nobody fills the inbox for all."""

_KIND: Final = "command"
_OPEN: Final = select(COMMANDS.c.name, COMMANDS.c.payload, COMMANDS.c.received_at).where(
    COMMANDS.c.id == bindparam("command"), COMMANDS.c.done_at.is_(None)
)
_FINISH: Final = (
    update(COMMANDS)
    .where(COMMANDS.c.id == bindparam("command"), COMMANDS.c.done_at.is_(None))
    .values(done_at=bindparam("at"), result=bindparam("word"), reason=bindparam("why"), payload=b"")
)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asked for, as Slack delivered it.

    Attributes:
        id: the same for each delivery of the same thing, so that it is done once.
        name: which handler answers it.
        payload: JSON-able; what that handler needs.
        received_at: when it came, with a time zone.
        owner: whose share of the inbox it takes while it waits; not stored.
    """

    id: str
    name: str
    payload: dict[str, Any]
    received_at: datetime
    owner: str = ""


class Inbox:
    """The accepted commands of one replica. Every method raises StoreUnavailableError when the database refuses."""

    def __init__(self, database: Database, keyring: Keyring, *, replica: str, limit: int = 1000, share: int = SHARE) -> None:
        """Count what already waits; ``share`` is how much of it one person may have."""
        self._database = database
        self._keyring = keyring
        self._replica = replica
        self._limit = limit
        self._share = share
        self._owners: dict[str, str] = {}
        self._shares: Counter[str] = Counter()
        self._opens = or_(*(func.substr(COMMANDS.c.payload, 1, len(head)) == head for head in keyring.heads))
        self._lock = threading.Lock()
        self._open = len(self.unanswered())

    @property
    def waiting(self) -> int:
        """How many accepted commands of this replica have no answer yet."""
        return self._open

    def accept(self, command: Command) -> bool:
        """Store a command; True once its row is durable, False when a command with this id was accepted before.

        Raises:
            InboxFullError: as many wait as the inbox takes.
            ShareFullError: as many of this person wait as one person may have there.
        """
        self._reserve(command.owner)
        row = self._row(command)
        new = False
        try:
            new = self._database.write(lambda connection: insert_if_new(connection, COMMANDS, row))
        finally:
            if new:
                self._owners[command.id] = command.owner
            else:
                self._closed(1, command.owner)
        return new

    def find(self, command_id: str) -> Command | None:
        """The command that still waits under this id; None when it was answered or never came.

        Raises:
            WrongKeyError: its key is not here.
            SealError: the row was altered.
        """
        row = self._database.read(lambda connection: connection.execute(_OPEN, {"command": command_id}).first())
        if row is None:
            return None
        payload = json.loads(self._keyring.unseal(row.payload, kind=_KIND, owner=(command_id, row.name)))
        return Command(command_id, row.name, payload, moment(row.received_at))

    def finish(self, command_id: str, result: str, reason: str = "") -> None:
        """Note how a command ended and drop its payload; the first note stays.

        Args:
            command_id: whose row.
            result: one word: ``delivered``, ``undeliverable`` or ``failed``.
            reason: why, without any text of a person; may be empty.
        """
        values = {"command": command_id, "at": stamp(datetime.now(UTC)), "word": result, "why": reason or None}
        finished = self._database.write(lambda connection: connection.execute(_FINISH, values).rowcount)
        self._closed(finished, self._owners.pop(command_id, ""))

    def ending(self, command_id: str) -> tuple[str, str] | None:
        """The result and reason noted for a command; None while it waits or when nothing is known of it."""
        query = select(COMMANDS.c.result, COMMANDS.c.reason).where(COMMANDS.c.id == command_id, COMMANDS.c.done_at.is_not(None))
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else (row.result, row.reason or "")

    def unanswered(self) -> list[str]:
        """The ids of this replica's commands without an answer, oldest first."""
        query = (
            select(COMMANDS.c.id)
            .where(COMMANDS.c.replica == self._replica, COMMANDS.c.done_at.is_(None))
            .order_by(COMMANDS.c.received_at)
        )
        return list(self._database.read(lambda connection: connection.execute(query).scalars().all()))

    def beat(self, now: datetime) -> None:
        """Say that this replica lives, which keeps others from taking its commands."""

        def work(connection: Connection) -> None:
            if not insert_if_new(connection, REPLICAS, {"name": self._replica, "seen_at": stamp(now)}):
                connection.execute(update(REPLICAS).where(REPLICAS.c.name == self._replica).values(seen_at=stamp(now)))

        self._database.write(work)

    def take_over(self, silent_since: datetime) -> list[str]:
        """Make the commands of replicas that were not heard of since then one's own; of several takers, one gets them.

        What was sealed with a key that is not here stays for others.

        Returns:
            The ids of the commands taken.
        """
        silent = select(REPLICAS.c.name).where(REPLICAS.c.seen_at < stamp(silent_since), REPLICAS.c.name != self._replica)

        def work(connection: Connection) -> list[str]:
            taken = connection.execute(
                update(COMMANDS)
                .where(COMMANDS.c.replica.in_(silent), COMMANDS.c.done_at.is_(None), self._opens)
                .values(replica=self._replica)
                .returning(COMMANDS.c.id)
            )
            return list(taken.scalars().all())

        ids = self._database.write(work)
        self._closed(-len(ids))
        return ids

    def foreign(self, silent_since: datetime) -> int:
        """How many commands of such replicas stay, since their key is not here."""
        query = (
            select(func.count())
            .select_from(COMMANDS.join(REPLICAS, REPLICAS.c.name == COMMANDS.c.replica))
            .where(REPLICAS.c.seen_at < stamp(silent_since), COMMANDS.c.done_at.is_(None), not_(self._opens))
        )
        return self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    def outlived(self, now: datetime, *, at_most: int = 2000) -> list[str]:
        """Ids of answered commands that need no longer be remembered."""
        query = select(COMMANDS.c.id).where(COMMANDS.c.done_at < stamp(now - KEPT_FOR)).limit(at_most)
        return list(self._database.read(lambda connection: connection.execute(query).scalars().all()))

    def delete(self, ids: list[str]) -> None:
        """Forget answered commands."""
        statement = delete(COMMANDS).where(COMMANDS.c.id.in_(ids), COMMANDS.c.done_at.is_not(None))
        self._database.write(lambda connection: connection.execute(statement).rowcount)

    def _row(self, command: Command) -> dict[str, Any]:
        payload = json.dumps(command.payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return {
            "id": command.id,
            "name": command.name,
            "payload": self._keyring.seal(payload, kind=_KIND, owner=(command.id, command.name)),
            "received_at": stamp(command.received_at),
            "replica": self._replica,
        }

    def _reserve(self, owner: str) -> None:
        with self._lock:
            if self._open >= self._limit:
                message = f"{self._open} commands wait already."
                raise InboxFullError(message)
            if owner and self._shares[owner] >= self._share:
                message = "As many commands of one person wait as one person may have."
                raise ShareFullError(message)
            self._open += 1
            self._shares[owner] += 1

    def _closed(self, count: int, owner: str = "") -> None:
        with self._lock:
            self._open -= count
            self._shares[owner] -= count
            if self._shares[owner] <= 0:
                del self._shares[owner]
