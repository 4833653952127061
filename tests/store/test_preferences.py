import pytest
from sqlalchemy import select, update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.people import Preferences, PreferenceStore
from bot.store.sealing import Keyring
from bot.store.tables import PREFERENCES

ALICE = Person("U0ALICE", "T1")
BOB = Person("U0BOB", "", "E1")


@pytest.fixture
def store(database: Database, keyring: Keyring) -> PreferenceStore:
    return PreferenceStore(database, keyring)


def test_who_never_chose_has_the_defaults(store: PreferenceStore) -> None:
    assert store.find(ALICE) == Preferences()


def test_choices_are_remembered_per_person(store: PreferenceStore) -> None:
    store.save(ALICE, Preferences("en"))
    store.save(ALICE, Preferences("zh", "1973374733454118", {"region": "cn-hangzhou", "备注": "值班"}))
    store.save(BOB, Preferences("en"))
    assert store.find(ALICE) == Preferences("zh", "1973374733454118", {"region": "cn-hangzhou", "备注": "值班"})
    assert store.find(BOB) == Preferences("en")


def test_a_row_moved_to_another_person_is_refused(store: PreferenceStore, database: Database) -> None:
    store.save(ALICE, Preferences("zh", "1"))
    store.save(BOB, Preferences("en", "2"))
    query = select(PREFERENCES.c.sealed).where(PREFERENCES.c.owner == ALICE.key)
    of_alice = database.read(lambda connection: connection.execute(query).scalar())
    swap = update(PREFERENCES).where(PREFERENCES.c.owner == BOB.key).values(sealed=of_alice)
    database.write(lambda connection: connection.execute(swap).rowcount)
    assert store.find(BOB) == Preferences()
