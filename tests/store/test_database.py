import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, select, text

from bot.store.database import Database
from bot.store.errors import StoreUnavailableError
from bot.store.tables import METADATA, REPLAYS, insert_if_new


def _saying(signature: str) -> Callable[[Connection], bool]:
    return lambda connection: insert_if_new(connection, REPLAYS, {"signature": signature, "seen_at": 1})


def _signatures(database: Database) -> list[str]:
    return sorted(database.read(lambda connection: connection.execute(select(REPLAYS.c.signature)).scalars().all()))


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database, url: str) -> None:
    assert database.healthy
    engine = create_engine(url)
    found = inspect(engine)
    for table in METADATA.tables.values():
        there = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert there == {column.name: column.nullable for column in table.columns}
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key]
        assert {index["name"] for index in found.get_indexes(table.name)} == {index.name for index in table.indexes}
    engine.dispose()


def test_replicas_that_start_together_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(Database, [url] * 4))
    assert all(database.write(_saying(str(number))) for number, database in enumerate(opened))
    for database in opened:
        database.close()


def test_what_was_written_is_there_after_opening_again(url: str) -> None:
    first = Database(url)
    assert first.write(_saying("a"))
    first.close()
    second = Database(url)
    assert (second.write(_saying("a")), second.write(_saying("b"))) == (False, True)
    second.close()


def test_one_bad_write_refuses_nobody_else(database: Database) -> None:
    """Writes of many callers share a transaction; the culprit alone is refused."""
    gate = threading.Event()

    def first(connection: Connection) -> bool:
        gate.wait(5)
        return _saying("first")(connection)

    with ThreadPoolExecutor(12) as threads:
        held = threads.submit(database.write, first)
        good = [threads.submit(database.write, _saying(f"good {number}")) for number in range(9)]
        bad = threads.submit(database.write, lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")))
        gate.set()
        assert held.result()
        assert all(one.result() for one in good)
        with pytest.raises(StoreUnavailableError):
            bad.result()
    assert len(_signatures(database)) == 10


def test_a_group_that_nobody_can_write_is_refused_at_once(tmp_path: Path) -> None:
    """A store that another process keeps locked must not make each of many callers wait in turn."""
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as other, ThreadPoolExecutor(20) as threads:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        writes = [threads.submit(database.write, _saying(str(number))) for number in range(20)]
        assert all(isinstance(write.exception(), StoreUnavailableError) for write in writes)
        assert time.monotonic() - started < 10
    assert database.write(_saying("after"))
    database.close()


def test_work_that_raises_something_else_hangs_nobody(database: Database) -> None:
    with pytest.raises(StoreUnavailableError):
        database.write(lambda _: 1 // 0)
    assert database.write(_saying("after"))


def test_a_closed_store_refuses(url: str) -> None:
    database = Database(url)
    database.close()
    with pytest.raises(StoreUnavailableError):
        database.write(_saying("late"))


def test_an_address_that_leads_nowhere_is_refused_without_its_password() -> None:
    for address in (
        "postgresql+psycopg://u:hunter2@127.0.0.1:1/x",
        "postgresql+psycopg://u:hunter2@h:notaport/x",
        "postgresql+psycopg://u@127.0.0.1:1/x?password=hunter2",
        "sqlite:////proc/nowhere/x.sqlite",
        "sqlite:///",
        "sqlite:///:memory:",
        "mysql://x",
        "nonsense://x",
    ):
        with pytest.raises(StoreUnavailableError) as refusal:
            Database(address)
        assert "hunter2" not in str(refusal.value)


def test_a_full_disk_is_refused_and_space_is_used_again(tmp_path: Path) -> None:
    """SQLite's own page limit stands in for the end of the disk; it is the same error."""
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=40").all())
    with pytest.raises(StoreUnavailableError, match="full"):
        database.write(lambda connection: [_saying(f"{number}" + "x" * 4000)(connection) for number in range(100)])
    assert not database.healthy
    database.write(lambda connection: connection.execute(REPLAYS.delete()).rowcount)
    assert database.write(_saying("small"))
    assert database.healthy
    database.close()


def test_a_read_only_store_is_refused(database: Database) -> None:
    """Set on the writing connection: tests run as root, whom file modes do not stop. The error is the same."""
    statement = "PRAGMA query_only=ON" if database.dialect == "sqlite" else "SET default_transaction_read_only = on"
    database.write(lambda connection: connection.exec_driver_sql(statement).rowcount)
    with pytest.raises(StoreUnavailableError, match=r"read-?only"):
        database.write(_saying("x"))
    assert not database.healthy


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="folder"):
        Database(f"sqlite:///{tmp_path}/typo/store.sqlite")
    assert not (tmp_path / "typo").exists()
