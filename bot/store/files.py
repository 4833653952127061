"""The file of an SQLite database: its owner's alone, there, whole, and no larger than what it holds. PostgreSQL's has none."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import make_url

from bot.store.errors import StoreUnavailableError

_LOG: Final = structlog.get_logger("bot.store")
_INCREMENTAL: Final = 2
_PAGES: Final = 256
"""How many free pages are given back at once: a megabyte, so that nobody waits long for the lock."""
_PATIENCE_S: Final = 5.0
WRITING: Final = ("synchronous=FULL", "secure_delete=ON", f"journal_size_limit={4 << 20}")
"""How the store writes: on the disk when it says so, deleted rows overwritten, and the log cut once it has gone to the file."""
PAGES_KEPT: Final = -512
"""A connection's cache, 512 KiB: with SQLite's own 2 MiB, thirty connections may come to hold 60 MiB of the same pages."""
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SHARE: Final = 200
"""Of the time, a 200th goes into reading files through: about 2 ms a MB."""


class DatabaseFile:
    """What became of a database's file since this was made: SQLite goes on with one that is gone, and tells nobody."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.path = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
        self._opened = self._identity()
        self._damaged = False
        self._looks_at = 0.0

    @property
    def gone(self) -> bool:
        """Whether it was removed, or another one stands in its place."""
        return self._identity() != self._opened

    @property
    def trouble(self) -> str | None:
        """Why it cannot be used, in a few words; None while it can."""
        return "was removed or replaced" if self.gone else "is damaged" if self._damaged else None

    def look(self) -> None:
        """Read it through, unless that was done a moment ago."""
        began = time.monotonic()
        if self.path is None or self._damaged or self.gone or began < self._looks_at:
            return
        try:
            with closing(_opened(self.path, "ro")) as connection:
                tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                self._damaged = tables == (0,) or connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
        except sqlite3.Error as error:
            self._damaged = (error.sqlite_errorcode & 0xFF) in _DAMAGED
        self._looks_at = time.monotonic() + (time.monotonic() - began) * _SHARE

    def shrink(self, pause: Callable[[], object] = lambda: None) -> int:
        """Give the space of deleted rows back to the disk, a little at a time; how many bytes. ``pause`` is called in between.

        Raises StoreUnavailableError.
        """
        if self.path is None or not self.path.exists():
            return 0
        before = self.path.stat().st_size
        try:
            with closing(_opened(self.path)) as connection:
                while (free := _asked(connection, "freelist_count")) and _asked(connection, "auto_vacuum") == _INCREMENTAL:
                    # A script is run to its end; execute() would give back one page of them.
                    connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
                    if _asked(connection, "freelist_count") == free:
                        break
                    pause()
                # Only what has gone from the log to the file makes the file smaller.
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            message = f"The database refused: {error}."
            raise StoreUnavailableError(message) from None
        return max(0, before - self.path.stat().st_size)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None


def make_ready(url: str) -> None:
    """See to it that an SQLite file is its owner's alone, keeps a write-ahead log and can give space back.

    SQLite makes what it keeps beside the file with the same mode. A file of an older version is rewritten once, which takes
    its own size on the disk; where that cannot be, it only stays as large as it is.

    Raises StoreUnavailableError when others may read it and that cannot be changed.
    """
    path = DatabaseFile(url).path
    if path is None:
        return
    try:
        path.touch(mode=0o600)
        for each in path.parent.glob(f"{path.name}*"):
            with suppress(FileNotFoundError):  # SQLite takes its own files away when another replica closes
                if each.stat().st_mode & 0o077:
                    each.chmod(0o600)
    except OSError as error:
        message = f"{path} cannot be made its owner's alone (mode 0600): {error.strerror}."
        raise StoreUnavailableError(message) from None
    with suppress(sqlite3.Error), closing(_opened(path)) as connection:
        # Of a new file this is its form; else it is what VACUUM makes of it.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        if _asked(connection, "auto_vacuum") != _INCREMENTAL:
            _rewrite(connection, path)


def _rewrite(connection: sqlite3.Connection, path: Path) -> None:
    began, before = time.monotonic(), path.stat().st_size
    try:
        connection.execute("VACUUM")
    except sqlite3.Error as error:
        _LOG.warning("file_not_rewritten", file=path.name, error=str(error), meaning="It stays as large as it is.")
        return
    seconds = round(time.monotonic() - began, 2)
    _LOG.info("file_rewritten", file=path.name, before=before, after=path.stat().st_size, seconds=seconds)


def _opened(path: Path, mode: str = "rw") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", timeout=_PATIENCE_S, isolation_level=None, uri=True)


def _asked(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
