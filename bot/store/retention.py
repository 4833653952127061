"""What goes when: rows that have served their time once a day, and what is kept of people who left at once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Column, Connection, Delete, Table, bindparam, delete, exists, select, tuple_, union

from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.errors import StoreUnavailableError
from bot.store.people import SUMMARIES_LIVE, WAITS_LIVE
from bot.store.replays import KEPT_FOR
from bot.store.tables import (
    CANVASES,
    COMMANDS,
    COMMENTS,
    LOOKUPS,
    METADATA,
    OPINIONS,
    PERMISSION_REQUESTS,
    REPLAYS,
    REPLICAS,
    SUMMARIES,
    WAITS,
    stamp,
)

_LOG: Final = structlog.get_logger("bot.store")
Pause = Callable[[], object]
Forget = Callable[[datetime, Pause], int]
LetGo = Callable[[Callable[[float], object], Forget], None]
"""What ``Retention.run`` is."""

COMMANDS_LIVE: Final = timedelta(hours=48)
"""How long the id of an answered command is remembered: Slack's delayed events come again for 24 hours."""

LIVES: Final[Mapping[Table, tuple[Column[int], timedelta]]] = {
    COMMANDS: (COMMANDS.c.done_at, COMMANDS_LIVE),
    COMMENTS: (COMMENTS.c.given_at, timedelta(days=180)),
    LOOKUPS: (LOOKUPS.c.at, timedelta(days=90)),
    OPINIONS: (OPINIONS.c.given_at, timedelta(days=2)),
    PERMISSION_REQUESTS: (PERMISSION_REQUESTS.c.asked_at, timedelta(days=90)),
    REPLAYS: (REPLAYS.c.seen_at, KEPT_FOR),
    REPLICAS: (REPLICAS.c.seen_at, timedelta(days=30)),
    SUMMARIES: (SUMMARIES.c.at, SUMMARIES_LIVE),
    WAITS: (WAITS.c.since, WAITS_LIVE),
}
"""How long rows are kept, and from which time of theirs on. The audit has a setting; what stands in neither stays."""

OWNED: Final = tuple(table for table in METADATA.sorted_tables if "owner" in table.c)
"""What is kept of a person, under the person's key."""

_ROWS: Final = 200
"""How many rows go in one write: a few milliseconds in which others wait, and little room on a disk that is nearly full."""
_AGAIN_S: Final = 3600.0
_PAUSE_S: Final = 0.05
"""SQLite lets in whoever asks first; other processes get their turn in the pause."""
_PEOPLE: Final = 200
_OWNERS: Final = union(*(select(table.c.owner) for table in OWNED))


def _outlived(table: Table) -> Delete:
    time, _ = LIVES[table]
    key = tuple_(*table.primary_key)
    old = select(*table.primary_key).where(time < bindparam("before")).limit(_ROWS)
    if table is REPLICAS:
        # Who waits under a name is found by the name alone.
        old = old.where(~exists().where(COMMANDS.c.replica == REPLICAS.c.name, COMMANDS.c.done_at.is_(None)))
    return delete(table).where(key.in_(old))


_OUTLIVED: Final = {table: _outlived(table) for table in LIVES}


class Retention:
    """Lets go of what has served its time. Every method raises StoreUnavailableError; what went by then is gone."""

    def __init__(self, database: Database, audit: Audit, audited_for: timedelta, clock: Callable[[], datetime]) -> None:
        """``audited_for`` is how long rows of the audit are kept; ``clock`` gives aware times."""
        self._database = database
        self._audit = audit
        self._audited_for = audited_for
        self._clock = clock

    def run(self, wait: Callable[[float], object], forget: Forget) -> None:
        """The daily run: all that has outlived its time, a little at a time; ``forget`` takes the engine's of before a time.

        A database that refuses, since the disk is full perhaps, is asked again in an hour. ``wait`` takes seconds; raising, it
        ends the run.
        """
        while True:
            try:
                self.prune(partial(wait, _PAUSE_S))
                count = forget(self._clock() - COMMANDS_LIVE, partial(wait, _PAUSE_S))
            except StoreUnavailableError as error:
                _LOG.error("pruning_postponed", error=str(error))
                wait(_AGAIN_S)
            else:
                _LOG.info("workflows_pruned", count=count)
                return

    def prune(self, pause: Pause = lambda: None) -> None:
        """Delete rows that have outlived their time, and give their space back; ``pause`` is called after each batch."""
        now, gone = self._clock(), {}
        for table, statement in _OUTLIVED.items():
            gone[table.name] = self._in_batches(statement, stamp(now - LIVES[table][1]), pause)
        gone["audit"] = self._audit.prune(self._audited_for, pause)
        freed = self._database.file.shrink(pause)
        _LOG.info("pruned", rows={table: count for table, count in gone.items() if count}, bytes_given_back=freed)

    def forget(self, user: str | None, told: Callable[[int], Entry]) -> None:
        """Delete what is kept of one person, or of everybody, and record it in the audit: ``told`` how many rows went.

        The audit itself stays, and what names nobody: counts, comments, digests.
        """
        keys = self._database.read(lambda connection: connection.execute(_OWNERS).scalars().all())
        owners = [key for key in keys if user is None or key.rpartition("/")[2] == user]
        count = 0
        while len(owners) > _PEOPLE:
            count += self._database.write(partial(_forgotten, owners[:_PEOPLE]))
            owners = owners[_PEOPLE:]

        def rest(connection: Connection) -> int:
            canvases = connection.execute(delete(CANVASES)).rowcount if user is None else 0
            return count + canvases + _forgotten(owners, connection)

        self._database.write(rest, lambda total: (told(total),))

    def _in_batches(self, statement: Delete, before: int, pause: Pause) -> int:
        total, count = 0, _ROWS
        while count == _ROWS:
            count = self._database.write(lambda connection: connection.execute(statement, {"before": before}).rowcount)
            total += count
            pause()
        return total


def _forgotten(owners: list[str], connection: Connection) -> int:
    return sum(connection.execute(delete(table).where(table.c.owner.in_(owners))).rowcount for table in OWNED)
