"""Files that are taken away or damaged under a running engine."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot.store.errors import StoreUnavailableError
from tests.work.bench import Bench, until


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.go.set()
    made.close()


def damage(path: Path) -> None:
    """Nonsense over the first pages, as a bad disk or a stray copy leaves it; what the log held of them is written before."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.write(b"nonsense" * 4096)


def test_a_store_that_was_taken_away_is_not_ready_until_it_is_back(bench: Bench, tmp_path: Path) -> None:
    bench.accept("before")
    assert bench.ending("before") == ("delivered", "")
    store = tmp_path / "store.sqlite"
    store.rename(tmp_path / "away")
    assert bench.engine.lacking() == ["store"]
    with pytest.raises(StoreUnavailableError, match="was removed or replaced"):
        bench.accept("refused")
    (tmp_path / "away").rename(store)
    until(lambda: not bench.engine.lacking())
    assert bench.accept("after")
    assert bench.ending("after") == ("delivered", "")


def test_a_store_that_is_damaged_is_not_ready_and_takes_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.accept("before")
    bench.ending("before")
    damage(tmp_path / "store.sqlite")
    until(lambda: bench.engine.lacking() == ["store"])
    with pytest.raises(StoreUnavailableError):
        bench.accept("refused")


@pytest.mark.parametrize("how", ["removed", "damaged"])
def test_an_engine_s_file_can_be_deleted_and_is_made_anew_and_every_command_is_answered_once(
    bench: Bench, tmp_path: Path, how: str
) -> None:
    bench.go.clear()
    for number in range(20):
        bench.accept(f"before {number}")
    until(lambda: len(bench.running) == 8)
    bench.accept("later", "waits")
    file = tmp_path / "store-engine.sqlite"
    with structlog.testing.capture_logs() as said:
        if how == "damaged":
            damage(file)
            until(lambda: bench.engine.lacking() == ["engine"])
            for number in range(5):
                bench.accept(f"meanwhile {number}")
        file.unlink()
        until(lambda: any(each["event"] == "engine_made_anew" for each in said))
    until(lambda: not bench.engine.lacking())
    bench.accept("after")
    bench.go.set()
    ids = [f"before {number}" for number in range(20)] + ["later", "after"]
    ids += [f"meanwhile {number}" for number in range(5 if how == "damaged" else 0)]
    for command_id in ids:
        assert bench.ending(command_id) == ("delivered", "")
    assert sorted(command.id for command in bench.seen) == sorted(ids)
    assert file.exists()
