"""The one way to the database, SQLite or PostgreSQL: reads at once, writes in groups by a single writer.

Why a single writer: SQLite lets one connection write at a time and pays a sync of the disk for each transaction. A hundred
commands that arrive together share a few transactions here, and each caller returns only when its own is on the disk.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.descriptors import at_most
from bot.store.chain import Entry
from bot.store.errors import AuditBrokenError, StoreUnavailableError
from bot.store.files import PAGES_KEPT, WRITING, DatabaseFile, make_ready
from bot.store.locks import Lock, lock_of
from bot.store.migration import migrate

T = TypeVar("T")

Append = Callable[[Connection, Sequence[Entry]], Callable[[], None]]
"""Appends entries to the audit within a transaction, and gives what to do once that is committed."""

_DRIVERS: Final = frozenset({"sqlite", "postgresql+psycopg"})
_SILENT: Final = "The database does not answer."
_NOT_UNDERSTOOD: Final = "The database's address is not understood."
_GROUP: Final = 200
# Slack waits three seconds for an acknowledgement, which takes two writes: a refusal must be said before that.
_PATIENCE_MS: Final = 800
_LONGEST_WRITE_S: Final = 1.5
# A server that hangs, or a machine that vanished, is found out on the client's side.
_SERVER: Final = {
    "connect_timeout": 2,
    "options": f"-c statement_timeout={_PATIENCE_MS}",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
}
# The audit's head is locked for all: a replica that is frozen in a write must not hold it until it thaws.
_SOON_OVER: Final = {"options": f"{_SERVER['options']} -c idle_in_transaction_session_timeout={2 * _PATIENCE_MS}"}


def nothing(_of: object) -> tuple[()]:
    """A write without work of its own, or without a word in the audit."""
    return ()


@dataclass(frozen=True, slots=True)
class Write:
    """A piece of writing work, and what the audit is to say of its result; it may be run twice, so it talks to no one else."""

    work: Callable[[Connection], Any]
    entries: Callable[[Any], Sequence[Entry]] = nothing
    future: Future[Any] = field(default_factory=Future)


class Database:
    """An opened database. Close it when nothing uses it any more."""

    def __init__(self, url: str) -> None:
        """Connect to ``sqlite:///<path>`` or ``postgresql+psycopg://…`` and bring the tables up to date.

        Raises StoreUnavailableError when it cannot be opened, read or brought up to date.
        """
        _check(url)
        make_ready(url)
        with _refusals(_secrets(url)):
            migrate(url)
            self._writing = _engine(url, writes=True)
            self._reading = _engine(url, writes=False)
        self._url = url
        self.file = DatabaseFile(url)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._connection: Connection | None = None  # kept, for to take it from the pool costs as much as a write
        self._waiting: deque[Write] = deque()
        self._lock = threading.Lock()
        self._healthy = True
        self._writing_since: float | None = None
        self.append: Append | None = None

    @property
    def healthy(self) -> bool:
        """Whether the last write succeeded, and the file is still the one that was opened."""
        return self._healthy and self.file.trouble is None

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._writing.dialect.name

    def lock(self, name: str) -> Lock:
        """The lock on a replica's name."""
        return lock_of(self._url, name)

    def read(self, work: Callable[[Connection], T]) -> T:
        """What a piece of reading work returns. Raises StoreUnavailableError."""
        with _refusals(), self._reading.connect() as connection:
            return work(connection)

    def snapshot(self, work: Callable[[Connection], T]) -> T:
        """The same for work of several statements, which see the database as it is at one moment, however long they take."""
        begin = "BEGIN" if self.dialect == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with _refusals(), self._reading.connect() as connection:
            connection.exec_driver_sql(begin)
            try:
                return work(connection)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def write(
        self, work: Callable[[Connection], T], entries: Callable[[T], Sequence[Entry]] = nothing, along: Sequence[Write] = ()
    ) -> T:
        """What a piece of writing work returns, once it is durable; raises StoreUnavailableError and nothing was written.

        It shares a transaction with other callers', and with what ``entries`` gives the audit of its result. What goes
        ``along`` is written before it, and was never tried.
        """
        writes = [*along, Write(work, entries)]
        if trouble := self.file.trouble:
            message = f"The database's file {trouble}."
            raise StoreUnavailableError(message)
        if self._writing_since is not None and time.monotonic() - self._writing_since > _LONGEST_WRITE_S:
            raise StoreUnavailableError(_SILENT)
        with self._lock:
            self._waiting.extend(writes)
        try:
            self._writer.submit(self._write_group)
        except RuntimeError:
            message = "The store is closed."
            raise StoreUnavailableError(message) from None
        try:
            result: T = [each.future.result(_LONGEST_WRITE_S) for each in writes][-1]
        except TimeoutError:
            # Where the writer has not begun it, it never will; else it may yet be done, which every writer of ours can bear.
            for each in writes:
                each.future.cancel()
            self._healthy = False
            raise StoreUnavailableError(_SILENT) from None
        return result

    def close(self) -> None:
        """Write what waits, then let go of every connection."""
        self._writer.shutdown(wait=True)
        self._let_go()
        self._writing.dispose()
        self._reading.dispose()

    def _write_group(self) -> None:
        group = self._next(_GROUP)
        if not group:
            return
        self._writing_since = time.monotonic()
        try:
            self._write_together(group)
        finally:
            self._writing_since = None
            for one in group:
                if not one.future.done():
                    one.future.set_exception(StoreUnavailableError("The store could not finish this write."))

    def _next(self, at_most: int) -> list[Write]:
        """The writes that waited longest, without those that are not waited for any more."""
        with self._lock:
            taken = [self._waiting.popleft() for _ in range(min(at_most, len(self._waiting)))]
        return [one for one in taken if one.future.set_running_or_notify_cancel()]

    def _write_together(self, group: list[Write]) -> None:
        try:
            connection = self._connection = self._connection or self._writing.connect()
            with connection.begin():
                results = [one.work(connection) for one in group]
                entries = [entry for one, result in zip(group, results, strict=True) for entry in one.entries(result)]
                # After everything else: the audit's head is the last lock that is taken, so replicas wait in no circle.
                committed = self._appended(connection, entries) if entries else None
        except (SQLAlchemyError, AuditBrokenError) as error:
            self._let_go()
            if len(group) > 1 and not _nobody_can_write(error):
                # One bad piece of work must not refuse the others.
                for one in group:
                    self._write_together([one])
                return
            self._healthy = isinstance(error, AuditBrokenError)
            # Those that wait would wait as long for the same refusal.
            for one in group if self._healthy else [*group, *self._next(len(self._waiting))]:
                one.future.set_exception(error if isinstance(error, AuditBrokenError) else _unavailable(error))
            return
        self._healthy = True
        if committed:
            committed()
        for one, result in zip(group, results, strict=True):
            one.future.set_result(result)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _appended(self, connection: Connection, entries: Sequence[Entry]) -> Callable[[], None]:
        if self.append is None:
            message = "No audit was opened."
            raise AuditBrokenError(message)
        return self.append(connection, entries)


def _check(url: str) -> None:
    """Raise StoreUnavailableError for an address that would make SQLAlchemy stumble, or make a folder where nobody asked."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError(_NOT_UNDERSTOOD) from None
    if parsed.drivername not in _DRIVERS:
        raise StoreUnavailableError(_NOT_UNDERSTOOD)
    if parsed.drivername == "sqlite":
        if parsed.database in (None, "", ":memory:") or parsed.query:
            raise StoreUnavailableError(_NOT_UNDERSTOOD)
        if not Path(str(parsed.database)).parent.is_dir():
            message = "The folder of the database's file does not exist."
            raise StoreUnavailableError(message)


def _secrets(url: str) -> tuple[str, ...]:
    """What of an address no message may show: its user, as drivers quote it, and its passwords."""
    parsed = make_url(url)
    queried = [value for name, values in parsed.normalized_query.items() if "pass" in name for value in values]
    user = [f'"{parsed.username}"'] if parsed.username else []
    return tuple(str(each) for each in [parsed.password, *queried, *user] if each)


@contextmanager
def _refusals(secrets: tuple[str, ...] = ()) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise _unavailable(error, secrets) from None


def _nobody_can_write(error: SQLAlchemyError | AuditBrokenError) -> bool:
    """Locked, full, read-only, gone: trying each write of a group by itself would only take longer."""
    if not isinstance(error, OperationalError):
        return isinstance(error, InterfaceError | PoolTimeoutError)
    # SQLite calls nearly everything operational; SQLITE_ERROR alone says that the statement is wrong.
    return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def _unavailable(error: SQLAlchemyError | OSError, secrets: tuple[str, ...] = ()) -> StoreUnavailableError:
    """What the driver said, as far as it names no row, no value and no secret: the first line."""
    if isinstance(error, ArgumentError):
        return StoreUnavailableError(_NOT_UNDERSTOOD)
    first_line = str(getattr(error, "orig", None) or error).partition("\n")[0]
    for secret in secrets:
        first_line = first_line.replace(secret, "****")
    return StoreUnavailableError(f"The database refused: {first_line}.")


def _engine(url: str, *, writes: bool) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, writes=writes)
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else at_most(8),
        max_overflow=0 if writes else at_most(24),
        pool_timeout=_PATIENCE_MS / 1000,
        connect_args=_SERVER | _SOON_OVER if writes else _SERVER,
        isolation_level="READ COMMITTED" if writes else "AUTOCOMMIT",
    )


def _sqlite(url: str, *, writes: bool) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=1 if writes else at_most(8), max_overflow=0 if writes else at_most(24)
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # None: the driver opens no transactions by itself; ours begins below, as a writer from its first statement.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        connection.execute(f"PRAGMA cache_size={PAGES_KEPT}")
        for pragma in WRITING if writes else ("query_only=ON",):
            connection.execute(f"PRAGMA {pragma}")

    if writes:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
