from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.people import LookupStore, PastLookup
from bot.store.sealing import Keyring
from bot.store.tables import LOOKUPS

ALICE = Person("U0ALICE", "T1")
BOB = Person("U0BOB", "T1")


def _lookup(number: int, verdict: str = "被拒绝") -> PastLookup:
    return PastLookup(f"ID-{number}", verdict, "found", datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=number))


class Store(LookupStore):
    """Writes at once."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        super().__init__(database, keyring)
        self.database = database

    def save(self, owner: Person, lookup: PastLookup) -> None:
        self.database.write(self.saving(owner, lookup))


@pytest.fixture
def store(database: Database, keyring: Keyring) -> Store:
    return Store(database, keyring)


def test_the_last_ten_are_kept_newest_first(store: Store) -> None:
    for number in range(12):
        store.save(ALICE, _lookup(number))
    assert store.find(ALICE) == [_lookup(number) for number in range(11, 1, -1)]


def test_looking_up_again_moves_to_the_front(store: Store) -> None:
    store.save(ALICE, _lookup(1))
    store.save(ALICE, _lookup(2))
    again = PastLookup("ID-1", "now found", "found", datetime(2026, 11, 21, tzinfo=UTC))
    store.save(ALICE, again)
    assert store.find(ALICE) == [again, _lookup(2)]


def test_each_person_has_their_own(store: Store) -> None:
    store.save(ALICE, _lookup(1))
    store.save(BOB, _lookup(2))
    assert (store.find(ALICE), store.find(BOB)) == ([_lookup(1)], [_lookup(2)])


def test_rows_moved_to_another_person_are_left_out(store: Store, database: Database) -> None:
    store.save(ALICE, _lookup(1))
    store.save(BOB, _lookup(2))
    move = update(LOOKUPS).where(LOOKUPS.c.owner == ALICE.key).values(owner=BOB.key)
    database.write(lambda connection: connection.execute(move).rowcount)
    assert store.find(BOB) == [_lookup(2)]
