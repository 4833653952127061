import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, text, update

from bot.store.database import Database
from bot.store.errors import InboxFullError, StoreUnavailableError
from bot.store.inbox import Command, Inbox
from bot.store.sealing import Keyring, new_key
from bot.store.tables import COMMANDS
from bot.work import Engine
from bot.work.durability import engine_url
from tests.work.bench import CANARY, Bench, until
from tests.written import written_in


def test_an_accepted_command_is_answered_and_its_ending_noted(bench: Bench) -> None:
    assert bench.engine.lacking() == []
    assert bench.accept("one")
    assert bench.ending("one") == ("delivered", "")
    assert [command.payload for command in bench.seen] == [{"text": CANARY}]


def test_an_answer_that_nobody_could_get_is_noted_with_its_reason(bench: Bench) -> None:
    bench.word = "undeliverable: expired_url"
    bench.accept("one")
    assert bench.ending("one") == ("undeliverable", "expired_url")


def test_deliveries_of_the_same_command_are_answered_once(bench: Bench) -> None:
    assert [bench.accept("one") for _ in range(5)] == [True, False, False, False, False]
    bench.ending("one")
    assert bench.accept("one") is False
    bench.accept("two")
    bench.ending("two")
    assert [command.id for command in bench.seen] == ["one", "two"]


def test_a_handler_that_raises_is_noted_by_its_error_class_alone(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.accept("one", "raises")
    assert bench.ending("one") == ("failed", "LookupError")
    assert CANARY not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_command_that_is_put_off_is_done_when_it_is_due(bench: Bench) -> None:
    started = time.monotonic()
    bench.accept("one", "waits")
    assert bench.ending("one") == ("delivered", "")
    assert time.monotonic() - started >= 1
    assert [(command.name, command.payload) for command in bench.seen] == [("waited", {"text": CANARY})]


def test_a_command_accepted_for_later_waits_through_a_restart_and_takes_no_place_meanwhile(bench: Bench) -> None:
    due_at = datetime.now(UTC) + timedelta(seconds=2)
    later = Command("one", "works", {"text": CANARY}, datetime.now(UTC), due_at=due_at)
    assert [bench.engine.accept(later), bench.engine.accept(later)] == [True, False]
    assert bench.engine.waiting == 0
    assert bench.close()
    bench.open()
    assert bench.ending("one") == ("delivered", "")
    assert datetime.now(UTC) >= due_at
    assert len(bench.seen) == 1


def test_a_row_that_was_altered_fails_and_hinders_nobody(bench: Bench) -> None:
    bench.go.clear()
    for number in range(8):
        bench.accept(f"holds {number}")
    until(lambda: bench.engine.waiting == 8)
    bench.accept("one")
    change = update(COMMANDS).where(COMMANDS.c.id == "one").values(payload=b"nonsense")
    bench.database.write(lambda connection: connection.execute(change).rowcount)
    bench.go.set()
    assert bench.ending("one") == ("failed", "SealError")
    assert bench.ending("holds 7") == ("delivered", "")


def test_a_running_replica_leaves_a_row_under_another_key_to_the_others_and_says_so(bench: Bench) -> None:
    bench.go.clear()
    for number in range(8):
        bench.accept(f"holds {number}")
    until(lambda: len(bench.running) == 8)
    bench.accept("one")
    sealed = Keyring.from_text(new_key()).seal(b"{}", kind="command", owner=("one", "works"))
    change = update(COMMANDS).where(COMMANDS.c.id == "one").values(payload=sealed)
    bench.database.write(lambda connection: connection.execute(change).rowcount)
    with structlog.testing.capture_logs() as said:
        bench.go.set()
        until(lambda: any(each["event"] == "left_to_others" for each in said))
    assert bench.ending("holds 7") == ("delivered", "")
    assert bench.inbox.ending("one") is None
    assert "one" not in {command.id for command in bench.seen}


def test_a_full_inbox_refuses_and_takes_again(url: str) -> None:
    bench = Bench(url)
    bench.close()
    bench.open(limit=3)
    bench.go.clear()
    for number in range(3):
        bench.accept(f"{number}")
    with pytest.raises(InboxFullError):
        bench.accept("too many")
    bench.go.set()
    until(lambda: bench.engine.waiting == 0)
    assert bench.accept("again")
    bench.ending("again")
    bench.close()


def test_stopping_lets_running_commands_finish_and_takes_no_more(bench: Bench) -> None:
    bench.go.clear()
    for number in range(20):
        bench.accept(f"{number}")
    stopper = threading.Thread(target=bench.close)
    stopper.start()
    until(lambda: bool(bench.engine.lacking()))
    with pytest.raises(StoreUnavailableError):
        bench.accept("late")
    bench.go.set()
    stopper.join(15)
    assert len(bench.seen) == 20
    bench.open()
    assert {bench.inbox.ending(f"{number}") for number in range(20)} == {("delivered", "")}


def test_what_does_not_finish_in_time_is_not_sent_and_the_next_start_answers_it_once(bench: Bench) -> None:
    bench.go.clear()
    bench.accept("one")
    until(lambda: "one" in bench.running)
    assert bench.close(0.2) is False
    bench.go.set()
    until(lambda: not bench.running)
    assert bench.seen == []
    bench.open()
    assert bench.ending("one") == ("delivered", "")
    assert [command.id for command in bench.seen] == ["one"]


def test_what_is_being_sent_when_the_time_is_up_is_noted_still(bench: Bench) -> None:
    bench.sent.clear()
    bench.accept("one")
    until(lambda: len(bench.seen) == 1)
    stopper = threading.Thread(target=bench.close, args=(0.1,))
    stopper.start()
    time.sleep(0.5)
    bench.sent.set()
    stopper.join(15)
    bench.open()
    assert bench.ending("one") == ("delivered", "")
    assert len(bench.seen) == 1


def test_rows_without_a_workflow_are_handed_over_at_the_start(url: str) -> None:
    """As after a kill between the acknowledgement and the workflow's start."""
    bench = Bench(url)
    bench.close()
    database = Database(url)
    inbox = Inbox(database, bench.keyring, replica="single")
    for number in range(5):
        inbox.accept(Command(f"{number}", "works", {"text": CANARY}, datetime.now(UTC)))
    database.close()
    bench.open()
    for number in range(5):
        assert bench.ending(f"{number}") == ("delivered", "")
    bench.close()
    assert len(bench.seen) == 5


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Another process holds the store: on SQLite nobody else writes, on PostgreSQL nobody else even reads."""
    engine = create_engine(url)
    with engine.connect() as connection:
        statement = "LOCK TABLE commands" if connection.dialect.name == "postgresql" else "DELETE FROM feedback"
        connection.execute(text(statement))
        yield
        connection.rollback()
    engine.dispose()


def test_a_store_that_is_away_for_a_while_delays_answers_and_notes_but_loses_none(bench: Bench) -> None:
    bench.go.clear()
    for number in range(20):
        bench.accept(f"{number}")
    with _locked(bench.url):
        bench.go.set()
        until(lambda: bool(bench.engine.lacking()))
        with pytest.raises(StoreUnavailableError):
            bench.accept("refused")
    for number in range(20):
        assert bench.ending(f"{number}") == ("delivered", "")
    until(lambda: not bench.engine.lacking())
    until(lambda: bench.engine.waiting == 0)
    assert sorted(int(command.id) for command in bench.seen) == list(range(20))


def test_nothing_that_a_person_wrote_reaches_a_file(tmp_path: Path) -> None:
    bench = Bench(f"sqlite:///{tmp_path}/store.sqlite")
    bench.accept("one")
    bench.accept("two", "raises")
    bench.ending("one")
    bench.ending("two")
    bench.close()
    assert CANARY.encode() not in written_in(tmp_path)
    names = sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".lock")
    assert names == ["store-engine.sqlite", "store.sqlite"]


def test_a_hundred_commands_with_a_slow_handler_are_taken_at_once(bench: Bench) -> None:
    bench.go.clear()
    started = time.perf_counter()
    threads = [threading.Thread(target=bench.accept, args=(f"{number}",)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"100 commands taken in {(time.perf_counter() - started) * 1000:.0f} ms")
    assert bench.engine.waiting == 100
    bench.go.set()
    until(lambda: bench.engine.waiting == 0)
    assert sorted(command.id for command in bench.seen) == sorted(str(number) for number in range(100))


def test_engine_tables_that_cannot_be_opened_are_said_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    (tmp_path / "engine").mkdir()
    engine = Engine(
        database=database,
        engine_database_url=f"sqlite:///{tmp_path}/engine",
        keyring=Keyring.from_text(new_key()),
        replica="single",
        run=lambda _command, _claim: "delivered",
    )
    with pytest.raises(StoreUnavailableError, match="engine"):
        engine.start()
    assert engine.lacking() == ["starting"]
    engine.stop(1)
    database.close()


@pytest.mark.parametrize(
    ("store", "engine"),
    [
        ("sqlite:////data/requestlog.sqlite", "sqlite:////data/requestlog-engine.sqlite"),
        ("sqlite:////data.d/requestlog", "sqlite:////data.d/requestlog-engine"),
        ("postgresql+psycopg://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
    ],
)
def test_the_engine_keeps_its_tables_beside_the_store(store: str, engine: str) -> None:
    assert engine_url(store) == engine
