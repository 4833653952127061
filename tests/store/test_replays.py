from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.replays import Replays
from bot.store.tables import REPLAYS

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_signature_is_let_in_once(database: Database) -> None:
    replays = Replays(database)
    assert [replays.claim("v0=a", NOW), replays.claim("v0=a", NOW), replays.claim("v0=b", NOW)] == [True, False, True]


def test_a_signature_is_let_in_once_over_all_replicas(url: str) -> None:
    databases = [Database(url), Database(url)]
    replicas = [Replays(database) for database in databases]
    with ThreadPoolExecutor(20) as threads:
        claims = list(threads.map(lambda number: replicas[number % 2].claim(f"v0={number // 4}", NOW), range(80)))
    assert claims.count(True) == 20
    for database in databases:
        database.close()


def test_a_restart_forgets_no_signature(database: Database) -> None:
    assert Replays(database).claim("v0=a", NOW)
    assert not Replays(database).claim("v0=a", NOW + timedelta(minutes=9))


def test_signatures_that_outlived_their_timestamp_are_pruned(database: Database) -> None:
    replays = Replays(database)
    for number in range(5):
        replays.claim(f"v0={number}", NOW)
    replays.claim("v0=late", NOW + timedelta(minutes=11))
    assert database.read(lambda connection: connection.execute(select(func.count()).select_from(REPLAYS)).scalar()) == 1


def test_without_the_database_this_process_still_remembers(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    database.close()
    replays = Replays(database)
    assert [replays.claim("v0=a", NOW), replays.claim("v0=a", NOW)] == [True, False]
