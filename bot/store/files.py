"""The file of an SQLite database: its owner's alone, still there, and whole. A database on PostgreSQL has none."""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from bot.store.errors import StoreUnavailableError

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
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                self._damaged = tables == (0,) or connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
        except sqlite3.Error as error:
            self._damaged = (error.sqlite_errorcode & 0xFF) in _DAMAGED
        self._looks_at = time.monotonic() + (time.monotonic() - began) * _SHARE

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None


def make_private(url: str) -> None:
    """See to it that an SQLite file is its owner's alone; SQLite makes what it keeps beside it with the same mode.

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
