"""What goes when, on both databases: rows that served their time, the space that they took, and what is kept of people."""

import logging
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Column, LargeBinary, Table, Text, func, select
from structlog.testing import capture_logs

from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.files import DatabaseFile, make_ready
from bot.store.retention import COMMANDS_LIVE, LIVES, OWNED, Retention
from bot.store.sealing import Keyring
from bot.store.tables import CANVASES, COMMANDS, COMMENTS, LOOKUPS, REPLICAS, stamp
from tests.store.audits import look_up, opened, rows_of

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)


def row(table: Table, number: int, **known: Any) -> dict[str, Any]:
    """A row with something in every column that needs it."""
    made = {Text: f"row {number}", LargeBinary: b"sealed"}
    needed = [column for column in table.columns if not column.nullable or column.primary_key]
    return {column.key: made.get(type(column.type), number) for column in needed} | known


def put(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    database.write(lambda connection: connection.execute(table.insert(), [*rows]).rowcount)


def count(database: Database, table: Table) -> int:
    return database.read(lambda connection: connection.execute(select(func.count()).select_from(table)).scalar()) or 0


def values(database: Database, column: Column[Any]) -> list[Any]:
    return [*database.read(lambda connection: connection.execute(select(column)).scalars().all())]


@pytest.fixture(autouse=True)
def _what_is_told_at_info_is_heard() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))


@pytest.fixture
def retention(database: Database, keyring: Keyring) -> Retention:
    return Retention(database, opened(database, keyring, lambda: NOW), timedelta(days=400), lambda: NOW)


def test_rows_of_each_table_go_when_they_have_served_their_time(database: Database, retention: Retention) -> None:
    for table, (time, lives) in LIVES.items():
        old, young = (row(table, number, **{time.key: stamp(NOW - lives) + number}) for number in (-1, 1))
        put(database, table, old, young)
    retention.prune()
    left = {table: values(database, time) for table, (time, _) in LIVES.items()}
    assert left == {table: [stamp(NOW - lives) + 1] for table, (_, lives) in LIVES.items()}


def test_what_waits_for_an_answer_stays_and_so_does_the_name_that_it_waits_under(
    database: Database, retention: Retention
) -> None:
    put(database, COMMANDS, row(COMMANDS, 1, replica="gone", received_at=0))
    put(database, REPLICAS, row(REPLICAS, 1, name="gone"), row(REPLICAS, 2, name="gone for good"))
    retention.prune()
    assert count(database, COMMANDS) == 1
    assert values(database, REPLICAS.c.name) == ["gone"]


def test_many_rows_go_a_little_at_a_time_and_the_audit_with_them(database: Database, keyring: Keyring) -> None:
    then = NOW - timedelta(days=500)
    audit = opened(database, keyring, lambda: then)
    audit.record(look_up(1), look_up(2))
    then = NOW
    done = stamp(NOW - COMMANDS_LIVE) - 1
    put(database, COMMANDS, *(row(COMMANDS, number, done_at=done) for number in range(450)))
    left: list[int] = []
    Retention(database, audit, timedelta(days=400), lambda: NOW).prune(lambda: left.append(count(database, COMMANDS)))
    assert [left.index(each) for each in (250, 50, 0)] == [0, 1, 2]
    assert [row.action for row in rows_of(database, keyring)] == ["audit.pruned"]


def test_a_run_that_the_database_refuses_is_tried_again_in_an_hour(database: Database, retention: Retention) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if seconds > 1:
            database.write(lambda connection: connection.exec_driver_sql("ALTER TABLE away RENAME TO comments").closed)

    before: list[datetime] = []

    def workflows(until: datetime, _pause: object) -> int:
        before.append(until)
        return 0

    database.write(lambda connection: connection.exec_driver_sql("ALTER TABLE comments RENAME TO away").closed)
    put(database, LOOKUPS, row(LOOKUPS, 1, at=0))
    with capture_logs() as logs:
        retention.run(wait, workflows)
    assert [each for each in waited if each > 1] == [3600.0]
    assert before == [NOW - COMMANDS_LIVE]
    assert count(database, LOOKUPS) == 0
    assert [log["event"] for log in logs] == ["pruning_postponed", "pruned", "workflows_pruned"]
    assert "comments" in logs[0]["error"]


class TestPeople:
    @pytest.fixture(autouse=True)
    def rows_of_three(self, database: Database, keyring: Keyring) -> None:
        self.database, self.keyring = database, keyring
        self.retention = Retention(database, opened(database, keyring), timedelta(days=400), lambda: NOW)
        self.owners = ("/T0REQLOG1/U0ALICE", "E0/T0OTHER/U0ALICE", "/T0REQLOG1/U0BOB", "/T0REQLOG1/XU0ALICE", "odd")
        for table in OWNED:
            put(database, table, *(row(table, number, owner=owner) for number, owner in enumerate(self.owners)))
        put(database, CANVASES, row(CANVASES, 1))
        put(database, COMMENTS, row(COMMENTS, 1))

    def left(self) -> list[set[str]]:
        return [{*values(self.database, table.c.owner)} for table in OWNED]

    def test_one_person_goes_whole_in_one_write_with_a_row_in_the_audit(self) -> None:
        for rows in (2 * len(OWNED), 0):
            self.retention.forget("U0ALICE", lambda total: Entry("purge", "U0ALICE", detail={"rows": total}))
            assert self.left() == [{*self.owners[2:]}] * len(OWNED)
            assert rows_of(self.database, self.keyring)[-1].said[-1] == {"rows": rows}
        assert [count(self.database, table) for table in (CANVASES, COMMENTS)] == [1, 1]

    def test_everybody_goes_however_many_there_are_and_what_names_nobody_stays(self) -> None:
        put(self.database, LOOKUPS, *(row(LOOKUPS, number, owner=f"/T0REQLOG1/U{number}") for number in range(450)))
        self.retention.forget(None, lambda total: Entry("uninstall", detail={"rows": total}))
        assert self.left() == [set()] * len(OWNED)
        assert [count(self.database, table) for table in (CANVASES, COMMENTS)] == [0, 1]
        assert rows_of(self.database, self.keyring)[-1].said[-1] == {"rows": 5 * len(OWNED) + 450 + 1}


class TestFile:
    """A real file of SQLite, which never shrank by itself."""

    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.sqlite"
        self.url = f"sqlite:///{self.path}"

    def filled(self, database: Database, megabytes: int = 6) -> None:
        done = stamp(NOW - COMMANDS_LIVE) - 1
        rows = [row(COMMANDS, number, done_at=done, payload=bytes(8000)) for number in range(megabytes * 125)]
        put(database, COMMANDS, *rows)

    def pragma(self, name: str) -> int:
        with closing(sqlite3.connect(self.path)) as connection:
            return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

    def test_it_is_as_large_as_what_it_holds(self, keyring: Keyring) -> None:
        database = Database(self.url)
        self.filled(database)
        with capture_logs() as logs:
            Retention(database, opened(database, keyring), timedelta(days=400), lambda: NOW).prune()
        database.close()
        assert self.path.stat().st_size < 500_000
        assert self.pragma("freelist_count") == 0
        (said,) = (log for log in logs if log["event"] == "pruned")
        assert said["rows"] == {"commands": 750}
        assert said["bytes_given_back"] > 5_000_000

    def test_nothing_of_a_deleted_row_is_left_in_it(self, keyring: Keyring) -> None:
        database = Database(self.url)
        put(database, LOOKUPS, row(LOOKUPS, 1, sealed=b"canary-4711" * 9, owner="/T/U0ALICE", at=stamp(NOW)))
        retention = Retention(database, opened(database, keyring), timedelta(days=400), lambda: NOW)
        retention.forget("U0ALICE", lambda _total: Entry("purge"))
        database.close()
        assert all(b"canary-4711" not in file.read_bytes() for file in self.path.parent.glob("store.sqlite*"))

    def test_an_older_file_is_rewritten_once(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE kept (it)")
            connection.execute("INSERT INTO kept VALUES (4711)")
            connection.commit()
        assert self.pragma("auto_vacuum") == 0
        with capture_logs() as logs:
            Database(self.url).close()
            Database(self.url).close()
        assert [log["event"] for log in logs] == ["file_rewritten"]
        assert self.pragma("auto_vacuum") == 2
        with closing(sqlite3.connect(self.path)) as connection:
            assert connection.execute("SELECT it FROM kept").fetchall() == [(4711,)]

    def test_an_older_file_that_cannot_be_rewritten_serves_as_it_is(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT zeroblob(200000) AS it")
            connection.commit()
            with _no_larger_files_than(100_000), capture_logs() as logs:
                make_ready(self.url)
        assert [log["event"] for log in logs] == ["file_not_rewritten"]
        assert DatabaseFile(self.url).shrink() == 0
        database = Database(self.url)
        assert database.healthy
        database.close()

    def test_a_full_disk_is_said_and_survived(self, keyring: Keyring) -> None:
        """What was deleted before it stays deleted, nothing is broken, and the next try goes on from there."""
        database = Database(self.url)
        retention = Retention(database, opened(database, keyring), timedelta(days=400), lambda: NOW)
        self.filled(database, 2)
        waited: list[float] = []
        limit = _no_larger_files_than(4096)

        def wait(seconds: float) -> None:
            waited.append(seconds)
            if seconds > 1:
                limit.__exit__(None, None, None)

        with capture_logs() as logs:
            limit.__enter__()
            retention.run(wait, lambda _until, _pause: 0)
        assert [each for each in waited if each > 1] == [3600.0]
        assert [log["event"] for log in logs] == ["pruning_postponed", "pruned", "workflows_pruned"]
        assert logs[0]["error"].startswith("The database refused: ")
        assert count(database, COMMANDS) == 0
        assert database.healthy
        database.close()
        with closing(sqlite3.connect(self.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@contextmanager
def _no_larger_files_than(size: int) -> Iterator[None]:
    """As on a full disk, no file of this process grows past a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
