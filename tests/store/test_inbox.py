import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select, update

from bot.store.chain import Entry
from bot.store.database import Database, Write, nothing
from bot.store.errors import InboxFullError, SealError, ShareFullError, StoreUnavailableError
from bot.store.inbox import Command, Inbox
from bot.store.sealing import Keyring, new_key
from bot.store.tables import COMMANDS, REPLICAS, stamp
from tests.written import written_in

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 3, 4, 5, 678901, tzinfo=UTC)


def _command(number: object, text: str = "canary-4711") -> Command:
    return Command(f"trigger.{number}", "requestlog", {"text": text, "nested": {"a": [1, None, "阿里云\ud83d"]}}, NOW)


@pytest.fixture
def inbox(database: Database, keyring: Keyring) -> Inbox:
    return Inbox(database, keyring, replica="a")


def test_what_was_accepted_is_found_as_it_came(inbox: Inbox) -> None:
    assert inbox.accept(_command(1))
    assert inbox.find("trigger.1") == _command(1)
    assert inbox.unanswered() == [("trigger.1", None)]


def test_a_second_delivery_falls_away_while_it_waits_and_after_its_answer(inbox: Inbox) -> None:
    assert [inbox.accept(_command(1)), inbox.accept(_command(1))] == [True, False]
    inbox.finish("trigger.1", "delivered")
    assert inbox.accept(_command(1)) is False
    assert inbox.waiting == 0


def test_an_answered_command_keeps_its_ending_and_nothing_of_its_text(inbox: Inbox, database: Database) -> None:
    inbox.accept(_command(1))
    inbox.finish("trigger.1", "undeliverable", "expired_url")
    inbox.finish("trigger.1", "delivered")
    assert inbox.find("trigger.1") is None
    assert inbox.ending("trigger.1") == ("undeliverable", "expired_url")
    assert database.read(lambda connection: connection.execute(select(COMMANDS.c.payload)).scalar()) == b""


def test_nothing_that_a_person_wrote_stands_in_the_file(tmp_path: Path, keyring: Keyring) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    Inbox(database, keyring, replica="a").accept(_command(1))
    written = written_in(tmp_path)
    database.close()
    assert b"trigger.1" in written
    assert b"canary-4711" not in written


def test_a_full_inbox_refuses_and_takes_again_after_an_answer(database: Database, keyring: Keyring) -> None:
    inbox = Inbox(database, keyring, replica="a", limit=2)
    inbox.accept(_command(1))
    inbox.accept(_command(2))
    with pytest.raises(InboxFullError):
        inbox.accept(_command(3))
    inbox.finish("trigger.1", "delivered")
    assert inbox.accept(_command(3))


def test_duplicates_and_refusals_take_no_place(database: Database, keyring: Keyring) -> None:
    inbox = Inbox(database, keyring, replica="a", limit=3)
    assert [inbox.accept(_command(1)) for _ in range(5)].count(True) == 1
    assert inbox.waiting == 1


def test_what_waited_before_a_restart_counts_after_it(database: Database, keyring: Keyring) -> None:
    Inbox(database, keyring, replica="a").accept(_command(1))
    assert Inbox(database, keyring, replica="a").waiting == 1
    assert Inbox(database, keyring, replica="b").waiting == 0


def test_a_hundred_at_once_are_all_durable_when_they_return(url: str, keyring: Keyring) -> None:
    database = Database(url)
    inbox = Inbox(database, keyring, replica="a")

    with ThreadPoolExecutor(100) as threads:
        assert all(threads.map(lambda number: inbox.accept(_command(number)), range(100)))
    database.close()
    reopened = Database(url)
    assert Inbox(reopened, keyring, replica="a").waiting == 100
    reopened.close()


def test_of_many_deliveries_at_once_one_is_accepted_over_two_replicas(url: str, keyring: Keyring) -> None:
    databases = [Database(url), Database(url)]
    inboxes = [Inbox(database, keyring, replica=name) for database, name in zip(databases, "ab", strict=True)]
    with ThreadPoolExecutor(20) as threads:
        accepted = list(threads.map(lambda number: inboxes[number % 2].accept(_command("same")), range(40)))
    assert accepted.count(True) == 1
    assert sum(inbox.waiting for inbox in inboxes) == 1
    for database in databases:
        database.close()


class FirstComesLast(Database):
    """Writes what it is asked first after what it is asked next."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked = threading.Event()
        self.written = threading.Event()

    def write(
        self, work: Callable[[Connection], T], entries: Callable[[T], Sequence[Entry]] = nothing, along: Sequence[Write] = ()
    ) -> T:
        first = not self.asked.is_set()
        self.asked.set()
        if first:
            assert self.written.wait(20)
        result = super().write(work, entries, along)
        self.written.set()
        return result


def test_a_place_belongs_to_the_delivery_that_was_accepted_though_another_came_first(url: str, keyring: Keyring) -> None:
    database = FirstComesLast(url)
    inbox = Inbox(database, keyring, replica="a")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(inbox.accept, _command("same"))
        assert database.asked.wait(20)
        assert inbox.accept(_command("same"))
        assert not first.result()
    assert inbox.waiting == 1
    database.close()


def _change(database: Database, command_id: str, **values: Any) -> None:
    statement = update(COMMANDS).where(COMMANDS.c.id == command_id).values(**values)
    database.write(lambda connection: connection.execute(statement).rowcount)


def _payload(database: Database, command_id: str) -> bytes:
    query = select(COMMANDS.c.payload).where(COMMANDS.c.id == command_id)
    return bytes(database.read(lambda connection: connection.execute(query).scalar_one()))


class TestAlteredRows:
    @pytest.fixture(autouse=True)
    def two_rows(self, inbox: Inbox) -> Iterator[None]:
        inbox.accept(_command(1))
        inbox.accept(_command(2))
        yield
        with pytest.raises(SealError) as refusal:
            inbox.find("trigger.1")
        assert "canary" not in str(refusal.value)
        assert inbox.find("trigger.2") == _command(2)

    def test_a_payload_of_another_command_is_refused(self, database: Database) -> None:
        _change(database, "trigger.1", payload=_payload(database, "trigger.2"))

    def test_a_payload_under_another_name_is_refused(self, database: Database) -> None:
        _change(database, "trigger.1", name="approve")

    def test_a_flipped_bit_is_refused(self, database: Database) -> None:
        payload = bytearray(_payload(database, "trigger.1"))
        payload[-1] ^= 1
        _change(database, "trigger.1", payload=bytes(payload))

    def test_a_cut_payload_is_refused(self, database: Database) -> None:
        _change(database, "trigger.1", payload=_payload(database, "trigger.1")[:20])

    def test_an_empty_payload_is_refused(self, database: Database) -> None:
        _change(database, "trigger.1", payload=b"")

    def test_a_key_that_is_gone_is_refused(self, database: Database) -> None:
        stranger = Keyring.from_text(new_key())
        _change(database, "trigger.1", payload=stranger.seal(b"{}", kind="command", owner=("trigger.1", "requestlog")))


def test_one_person_cannot_fill_the_inbox_for_all(database: Database, keyring: Keyring) -> None:
    inbox = Inbox(database, keyring, replica="a", limit=10, share=2)
    alice, bob = (replace(_command(1), id=f"{name}.1", owner=name) for name in ("alice", "bob"))
    assert inbox.accept(alice)
    assert not inbox.accept(alice), "the same command again takes no share"
    assert inbox.accept(replace(alice, id="alice.2"))
    with pytest.raises(ShareFullError):
        inbox.accept(replace(alice, id="alice.3"))
    assert inbox.accept(bob)
    inbox.finish("alice.1", "delivered")
    assert inbox.accept(replace(alice, id="alice.3"))
    assert inbox.waiting == 3


def test_a_store_that_cannot_write_is_said_so_and_takes_again_later(tmp_path: Path, keyring: Keyring) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    inbox = Inbox(database, keyring, replica="a", limit=1)
    database.write(lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON").rowcount)
    for _ in range(3):
        with pytest.raises(StoreUnavailableError, match="readonly"):
            inbox.accept(_command(1))
    database.close()
    reopened = Database(f"sqlite:///{tmp_path}/store.sqlite")
    assert Inbox(reopened, keyring, replica="a", limit=1).accept(_command(1))
    reopened.close()


MINUTE = timedelta(minutes=1)


def _silent_for(database: Database, name: str, silence: timedelta) -> None:
    age = update(REPLICAS).where(REPLICAS.c.name == name).values(seen_at=stamp(datetime.now(UTC) - silence))
    database.write(lambda connection: connection.execute(age).rowcount)


def test_commands_of_a_silent_replica_go_to_one_other(database: Database, keyring: Keyring) -> None:
    dead, alive, third = (Inbox(database, keyring, replica=name) for name in ("dead", "alive", "third"))
    for each in (dead, alive, third):
        each.enter()
    dead.accept(_command(1))
    dead.accept(_command(2))
    dead.finish("trigger.2", "delivered")
    alive.accept(_command(3))
    _silent_for(database, "dead", MINUTE * 5)
    assert third.take_over(MINUTE) == [("trigger.1", None)]
    assert alive.take_over(MINUTE) == []
    assert (third.waiting, third.unanswered(), dead.unanswered()) == (1, [("trigger.1", None)], [])
    third.finish("trigger.1", "delivered")
    assert third.waiting == 0


def test_a_replica_that_beats_again_keeps_what_is_its_own(database: Database, keyring: Keyring) -> None:
    slow, other = Inbox(database, keyring, replica="slow"), Inbox(database, keyring, replica="other")
    slow.enter()
    slow.accept(_command(1))
    _silent_for(database, "slow", MINUTE * 5)
    assert slow.beat()
    assert other.take_over(MINUTE) == []


def test_a_replica_that_leaves_hands_its_commands_to_others_at_once(database: Database, keyring: Keyring) -> None:
    leaving, other = Inbox(database, keyring, replica="leaving"), Inbox(database, keyring, replica="other")
    leaving.enter()
    leaving.accept(_command(1))
    leaving.leave()
    assert other.take_over(MINUTE) == [("trigger.1", None)]


def test_who_lost_a_command_claims_fails_and_puts_off_nothing(database: Database, keyring: Keyring) -> None:
    slow, heir = Inbox(database, keyring, replica="slow"), Inbox(database, keyring, replica="heir")
    slow.enter()
    heir.enter()
    slow.accept(_command(1))
    assert slow.claim("trigger.1")
    slow.leave()
    heir.take_over(MINUTE)
    assert not slow.claim("trigger.1")
    assert not slow.put_off(replace(_command(1), due_at=NOW))
    slow.finish("trigger.1", "failed", "LookupError")
    assert heir.ending("trigger.1") is None
    found = heir.find("trigger.1")
    assert found is not None
    assert found.sent, "its first owner may have sent the answer"
    assert heir.claim("trigger.1")


def test_an_older_process_of_the_same_name_sends_nothing_any_more(database: Database, keyring: Keyring) -> None:
    older, newer = Inbox(database, keyring, replica="a"), Inbox(database, keyring, replica="a")
    older.enter()
    older.accept(_command(1))
    newer.enter()
    assert not older.beat()
    assert not older.claim("trigger.1")
    assert newer.claim("trigger.1")


def test_what_is_put_off_keeps_its_new_name_and_payload_and_takes_no_place(inbox: Inbox) -> None:
    inbox.enter()
    inbox.accept(_command(1))
    changed = replace(_command(1), name="deliver", payload={"text": "later"}, due_at=NOW)
    assert inbox.put_off(changed)
    assert inbox.find("trigger.1") == changed
    assert inbox.waiting == 0
    assert inbox.unanswered() == [("trigger.1", NOW)]
