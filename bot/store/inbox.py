"""The inbox: a command is accepted when its row is durable, and its row is the last word on whether it was answered.

A row belongs to one replica, and a replica's name to one process at a time. Each statement that sends or ends something
says so, so whoever lost either of them sends nothing.
"""

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Select, bindparam, exists, func, not_, or_, select, update

from bot.store.database import Database, Write
from bot.store.errors import InboxFullError, ShareFullError
from bot.store.sealing import Keyring
from bot.store.tables import COMMANDS, REPLICAS, DatabaseNow, insert_if_new, insert_or_replace, moment, stamp

SHARE: Final = 50
"""How many commands of one person may wait, so that nobody fills the inbox for all."""

_KIND: Final = "command"
_OPEN: Final = select(COMMANDS).where(COMMANDS.c.id == bindparam("command"), COMMANDS.c.done_at.is_(None))
_NAME_IS_OURS: Final = (REPLICAS.c.name == bindparam("mine"), REPLICAS.c.process == bindparam("me"))
_OURS: Final = (
    COMMANDS.c.id == bindparam("command"),
    COMMANDS.c.done_at.is_(None),
    COMMANDS.c.replica == bindparam("mine"),
    exists().where(*_NAME_IS_OURS),
)
_CLAIM: Final = update(COMMANDS).where(*_OURS).values(sent_at=DatabaseNow())
_STILL_OURS: Final = update(COMMANDS).where(*_OURS).values(replica=COMMANDS.c.replica)
_PUT_OFF: Final = (
    update(COMMANDS)
    .where(*_OURS)
    .values(name=bindparam("as_name"), payload=bindparam("body"), due_at=bindparam("due"), sent_at=None)
)
_FINISH: Final = (
    update(COMMANDS)
    .where(COMMANDS.c.id == bindparam("command"), COMMANDS.c.done_at.is_(None))
    .values(done_at=bindparam("at"), result=bindparam("word"), reason=bindparam("why"), payload=b"")
)
_FINISH_OURS: Final = _FINISH.where(*_OURS)
_SEEN: Final = update(REPLICAS).where(*_NAME_IS_OURS).values(seen_at=DatabaseNow())
_GONE: Final = update(REPLICAS).where(*_NAME_IS_OURS).values(seen_at=0)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asked for, as Slack delivered it.

    Attributes:
        id: the same for each delivery of the same thing, so that it is done once.
        name: which handler answers it.
        payload: JSON-able; what that handler needs.
        received_at: when it came, with a time zone.
        owner: whose share of the inbox it takes while it waits; not stored.
        due_at: when it is to be done; None for at once.
        sent: whether an earlier attempt began to send its answer, which may have arrived.
    """

    id: str
    name: str
    payload: dict[str, Any]
    received_at: datetime
    owner: str = ""
    due_at: datetime | None = None
    sent: bool = False


class Claim(Protocol):
    """Called right before something of a command is sent, see ``Inbox.claim``; raises where this process has it no more."""

    def __call__(self, *, passing: bool = False, along: Callable[[], list[Write]] = list) -> None:
        """Go on, or raise; StoreUnavailableError only where something goes along, for that is tried once."""


@dataclass(frozen=True, slots=True)
class Again:
    """A command that is not done yet: it is run again, as it stands here, when it is due."""

    command: Command


class Inbox:
    """The accepted commands of one replica. Every method raises StoreUnavailableError when the database refuses."""

    def __init__(self, database: Database, keyring: Keyring, *, replica: str, limit: int = 1000, share: int = SHARE) -> None:
        """Count what already waits; ``share`` is how much of it one person may have."""
        self._database = database
        self._keyring = keyring
        self._replica = replica
        self._me = {"mine": replica, "me": secrets.token_hex(8)}
        self._limit = limit
        self._share = share
        self._opens = or_(*(func.substr(COMMANDS.c.payload, 1, len(head)) == head for head in keyring.heads))
        self._lock = threading.Lock()
        # Whose share each waiting command takes; what is due later waits for its time, not for us.
        self._waiting = {command_id: [""] for command_id, due_at in self.unanswered() if due_at is None}

    @property
    def waiting(self) -> int:
        """How many accepted commands of this replica have no answer yet, those that are due later apart."""
        return len(self._waiting)

    def accept(self, command: Command) -> bool:
        """Store a command; True once its row is durable, False when a command with this id was accepted before.

        Raises:
            InboxFullError: as many wait as the inbox takes.
            ShareFullError: as many of this person wait as one person may have there.
        """
        place = [command.owner]
        reserved = command.due_at is None and self._reserve(command, place)
        new = False
        try:
            row = self._row(command)
            new = self._database.write(lambda connection: insert_if_new(connection, COMMANDS, row))
        finally:
            with self._lock:
                # Of deliveries at once not the first may be the new one: it takes the place, and the first gives none back.
                if new and not reserved and command.due_at is None:
                    self._waiting[command.id] = place
                elif reserved and not new and self._waiting.get(command.id) is place:
                    del self._waiting[command.id]
        return new

    def find(self, command_id: str) -> Command | None:
        """The command that still waits under this id; None when it was answered or never came.

        Raises:
            WrongKeyError: its key is not here.
            SealError: the row was altered.
        """
        row = self._database.read(lambda connection: connection.execute(_OPEN, {"command": command_id}).mappings().first())
        if row is None:
            return None
        payload = json.loads(self._keyring.unseal(row["payload"], kind=_KIND, owner=(command_id, row["name"])))
        due_at = None if row["due_at"] is None else moment(row["due_at"])
        received_at = moment(row["received_at"])
        return Command(command_id, row["name"], payload, received_at, due_at=due_at, sent=row["sent_at"] is not None)

    def claim(self, command_id: str, *, passing: bool = False, along: Sequence[Write] = ()) -> bool:
        """Make sure, in one statement, that the row is this process's, and note that its answer may be out from now on.

        False when another replica has it, or another process this replica's name: then nothing may be sent. What is sent in
        ``passing``, such as a note on how far it is, is no answer. What goes ``along`` is durable then, whoever has the row.
        """
        values = {"command": command_id, **self._me}
        statement = _STILL_OURS if passing else _CLAIM
        return self._database.write(lambda connection: connection.execute(statement, values).rowcount, along=along) == 1

    def put_off(self, command: Command) -> bool:
        """Have a command done later, under the name, with the payload and at the time that it now has.

        False when it is not this process's any more.
        """
        if command.due_at is None:
            message = "A command is put off until some time."
            raise ValueError(message)
        body = self._sealed(command)
        values = {"command": command.id, **self._me, "as_name": command.name, "body": body, "due": stamp(command.due_at)}
        done = self._database.write(lambda connection: connection.execute(_PUT_OFF, values).rowcount) == 1
        self._waiting.pop(command.id, None)
        return done

    def adopt(self, command_id: str) -> None:
        """Make a command that came due this replica's own, whichever replica put it off."""
        adopted = update(COMMANDS).where(COMMANDS.c.id == command_id, COMMANDS.c.done_at.is_(None))
        adopted = adopted.values(replica=self._replica)
        if self._database.write(lambda connection: connection.execute(adopted).rowcount):
            self._waiting.setdefault(command_id, [""])

    def finish(self, command_id: str, result: str, reason: str = "") -> None:
        """Note how a command ended and drop its payload; the first note stays.

        Args:
            command_id: whose row.
            result: one word: ``delivered``, ``undeliverable`` or ``failed``.
            reason: why, without any text of a person; may be empty.
        """
        values = {"command": command_id, "at": stamp(datetime.now(UTC)), "word": result, "why": reason or None}
        # That an answer was sent is true whoever has the row by now; that none could be is its owner's word alone.
        statement, more = (_FINISH_OURS, self._me) if result == "failed" else (_FINISH, {})
        self._database.write(lambda connection: connection.execute(statement, values | more).rowcount)
        self._waiting.pop(command_id, None)

    def ending(self, command_id: str) -> tuple[str, str] | None:
        """The result and reason noted for a command; None while it waits or when nothing is known of it."""
        query = select(COMMANDS.c.result, COMMANDS.c.reason).where(COMMANDS.c.id == command_id, COMMANDS.c.done_at.is_not(None))
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else (row.result, row.reason or "")

    def unanswered(self) -> list[tuple[str, datetime | None]]:
        """The ids of this replica's commands without an answer, oldest first, and when those are due that were put off.

        What was sealed with a key that is not here is left out.
        """
        query = (
            select(COMMANDS.c.id, COMMANDS.c.due_at)
            .where(COMMANDS.c.replica == self._replica, COMMANDS.c.done_at.is_(None), self._opens)
            .order_by(COMMANDS.c.received_at)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [(command_id, None if due_at is None else moment(due_at)) for command_id, due_at in rows]

    def enter(self) -> None:
        """Take this replica's name for this process; an earlier one of that name answers nothing any more."""
        row = {"name": self._replica, "process": self._me["me"], "seen_at": 0}

        def work(connection: Connection) -> None:
            insert_or_replace(connection, REPLICAS, row)
            connection.execute(_SEEN, self._me)

        self._database.write(work)

    def beat(self) -> bool:
        """Say that this replica lives, which keeps others from taking its commands; False when its name is another's now."""
        return self._database.write(lambda connection: connection.execute(_SEEN, self._me).rowcount) == 1

    def leave(self) -> None:
        """Say that this replica is gone for now, so that others take at once what it leaves undone."""
        self._database.write(lambda connection: connection.execute(_GONE, self._me).rowcount)

    def take_over(self, silence: timedelta) -> list[tuple[str, datetime | None]]:
        """Make the commands of replicas that were silent for so long one's own; of several takers, one gets them.

        What was sealed with a key that is not here stays for others.

        Returns:
            The ids of the commands taken, and when those are due that were put off.
        """

        def work(connection: Connection) -> list[tuple[str, int | None]]:
            taken = connection.execute(
                update(COMMANDS)
                .where(COMMANDS.c.replica.in_(_silent(silence, self._replica)), COMMANDS.c.done_at.is_(None), self._opens)
                .values(replica=self._replica)
                .returning(COMMANDS.c.id, COMMANDS.c.due_at)
            )
            return [(row.id, row.due_at) for row in taken]

        rows = self._database.write(work)
        self._waiting.update({command_id: [""] for command_id, due_at in rows if due_at is None})
        return [(command_id, None if due_at is None else moment(due_at)) for command_id, due_at in rows]

    def foreign(self, silence: timedelta) -> int:
        """How many commands of such replicas, and of this one, stay, since their key is not here."""
        whose = or_(COMMANDS.c.replica == self._replica, COMMANDS.c.replica.in_(_silent(silence, self._replica)))
        query = select(func.count()).select_from(COMMANDS).where(whose, COMMANDS.c.done_at.is_(None), not_(self._opens))
        return self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    def _row(self, command: Command) -> dict[str, Any]:
        return {
            "id": command.id,
            "name": command.name,
            "payload": self._sealed(command),
            "received_at": stamp(command.received_at),
            "replica": self._replica,
            "due_at": None if command.due_at is None else stamp(command.due_at),
        }

    def _sealed(self, command: Command) -> bytes:
        payload = json.dumps(command.payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self._keyring.seal(payload, kind=_KIND, owner=(command.id, command.name))

    def _reserve(self, command: Command, place: list[str]) -> bool:
        """Take a place for a command; False when one with its id has a place already, so that this one is a duplicate."""
        with self._lock:
            if command.id in self._waiting:
                return False
            if len(self._waiting) >= self._limit:
                message = f"{len(self._waiting)} commands wait already."
                raise InboxFullError(message)
            if command.owner and list(self._waiting.values()).count(place) >= self._share:
                message = "As many commands of one person wait as one person may have."
                raise ShareFullError(message)
            self._waiting[command.id] = place
            return True


def _silent(silence: timedelta, but: str) -> Select[tuple[str]]:
    """The replicas that said nothing for so long, by the database's clock alone."""
    since = DatabaseNow() - silence // timedelta(microseconds=1)
    return select(REPLICAS.c.name).where(REPLICAS.c.seen_at < since, REPLICAS.c.name != but)
