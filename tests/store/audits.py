"""Audits for the tests: opened, written to and read again."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.store.audit import Audit
from bot.store.chain import Entry, Row
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.store.verification import verify

NOW = datetime(2026, 11, 28, 3, 4, 5, 678901, tzinfo=UTC)
ALICE = "/T0REQLOG1/U0ALICE"


def now() -> datetime:
    return NOW


def opened(database: Database, keyring: Keyring, clock: Callable[[], datetime] = now) -> Audit:
    return Audit(database, keyring, replica="one", clock=clock)


def look_up(number: int) -> Entry:
    return Entry("lookup", f"ID-{number}", actor=ALICE, command=f"command {number}", result="found", decision="shown")


def rows_of(database: Database, keyring: Keyring) -> list[Row]:
    rows: list[Row] = []
    verify(database, keyring, each=rows.append)
    return rows
