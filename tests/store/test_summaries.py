"""A person's last summary in a channel: found once more by the next one, within a day, by nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.people import PastSummary, SummaryStore
from bot.store.sealing import Keyring
from bot.store.tables import SUMMARIES

ALICE, BOB = Person("U0ALICE", "T1"), Person("U0BOB", "T1")
AT = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)


@pytest.fixture
def store(database: Database, keyring: Keyring) -> SummaryStore:
    return SummaryStore(database, keyring)


def summed(name: str, minutes: int = 0) -> PastSummary:
    return PastSummary((f"ID-{name}", "ID-2"), AT + timedelta(minutes=minutes))


def test_the_one_before_is_given_when_the_next_is_kept(store: SummaryStore) -> None:
    assert store.replace(ALICE, "C1", summed("a")) is None
    assert store.replace(ALICE, "C1", summed("b", 5)) == summed("a")
    assert store.replace(ALICE, "C1", summed("c", 9)) == summed("b", 5)


def test_each_person_and_channel_has_its_own(store: SummaryStore) -> None:
    store.replace(ALICE, "C1", summed("a"))
    assert store.replace(BOB, "C1", summed("b")) is None
    assert store.replace(ALICE, "C2", summed("b")) is None


def test_one_of_yesterday_is_forgotten(store: SummaryStore) -> None:
    store.replace(ALICE, "C1", summed("a"))
    assert store.replace(ALICE, "C1", summed("b", 24 * 60 + 1)) is None


def test_a_row_moved_to_another_person_is_none(store: SummaryStore, database: Database) -> None:
    store.replace(ALICE, "C1", summed("a"))
    database.write(lambda connection: connection.execute(update(SUMMARIES).values(owner=BOB.key)))
    assert store.replace(BOB, "C1", summed("b")) is None
