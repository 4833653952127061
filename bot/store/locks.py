"""A name that one living process has at a time: the system takes the lock away when the process ends, however it ends."""

import hashlib
import sqlite3
from contextlib import closing, suppress
from typing import Final, Protocol

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

# A server lets go of a lock when its connection ends. Where a whole machine vanished, these find out within half a minute.
_FOUND_OUT_SOON: Final = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class Lock(Protocol):
    """A lock on a name. ``take`` raises nothing: a database that cannot be asked gives no lock."""

    def take(self) -> bool:
        """Whether this process has the name now; takes it where nobody has it."""

    def release(self) -> None:
        """Let others have it."""


def lock_of(url: str, name: str) -> Lock:
    """The lock of a replica's name in the database at ``url``: a file beside SQLite's own, an advisory lock on PostgreSQL."""
    digest = hashlib.sha256(f"requestlog replica\n{name}".encode()).digest()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _FileLock(f"{parsed.database}-{digest.hex()[:12]}.lock")
    return _AdvisoryLock(url, int.from_bytes(digest[:8], "big", signed=True))


class _FileLock:
    """An SQLite transaction on a file of its own that never ends: the one lock that every system gives back after a kill."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._held: sqlite3.Connection | None = None

    def take(self) -> bool:
        if self._held is not None:
            return True
        try:
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error:
            return False
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            connection.close()
            return False
        self._held = connection
        return True

    def release(self) -> None:
        if self._held is not None:
            with closing(self._held):
                self._held = None


class _AdvisoryLock:
    """An advisory lock of a session that does nothing else."""

    def __init__(self, url: str, key: int) -> None:
        connect = {"connect_timeout": 2, "options": f"-c statement_timeout=1000 {_FOUND_OUT_SOON}"}
        self._engine = create_engine(
            url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=connect
        )
        self._key = key
        self._held: Connection | None = None

    def take(self) -> bool:
        try:
            if self._held is None:
                connection = self._engine.connect()
                if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar():
                    connection.close()
                    return False
                self._held = connection
            else:
                self._held.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            return False
        return True

    def release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            with suppress(SQLAlchemyError):
                held.close()
