from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.identity.person import Person
from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.requests import PermissionRequest, RequestStore
from bot.store.sealing import Keyring
from bot.store.tables import PERMISSION_REQUESTS, stamp
from tests.store.audits import rows_of

ALICE = Person("U0ALICE", "T0REQLOG1")
BOB = Person("U0BOB", "", "E0ORG")
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
CALL = "B31790CE-FD13-540B-B86F-F7530AA971D6"


ATTEMPT = Entry("permission.decided", CALL)


@pytest.fixture
def store(database: Database, keyring: Keyring) -> RequestStore:
    Audit(database, keyring, replica="one", clock=lambda: NOW)
    return RequestStore(database, keyring)


def wanted(number: str = "a", owner: Person = ALICE) -> PermissionRequest:
    return PermissionRequest(number, owner, CALL, "ecs:RunInstances", "7d", {"text": "申请", "blocks": []}, NOW)


def test_a_request_is_found_as_it_was_saved(store: RequestStore) -> None:
    store.save(wanted())
    store.save(replace(wanted("b", BOB), channel="C0ADMINS"))
    assert store.find("a") == wanted()
    assert store.find("b") == replace(wanted("b", BOB), channel="C0ADMINS")
    assert store.find("c") is None
    store.delete("a")
    assert store.find("a") is None


def test_the_first_decision_stands_and_each_attempt_is_audited(
    store: RequestStore, database: Database, keyring: Keyring
) -> None:
    store.save(wanted())
    assert store.decide("a", "granted", "U0BOB", ATTEMPT)
    assert not store.decide("a", "declined", "U0AUDITOR", ATTEMPT)
    assert not store.decide("c", "granted", "U0BOB", ATTEMPT)
    assert store.find("a") == replace(wanted(), state="granted", decided_by="U0BOB")
    rows = rows_of(database, keyring)
    assert [(row.action, row.said[-3]) for row in rows[1:]] == [
        ("permission.decided", "granted"),
        ("permission.decided", "late"),
        ("permission.decided", "late"),
    ]
    store.note_informed("a", NOW)
    assert store.find("a") == replace(wanted(), state="granted", decided_by="U0BOB", told_at=NOW)


def test_what_waits_is_found_by_who_asked_and_for_which_call(store: RequestStore) -> None:
    store.save(wanted())
    assert store.find_standing(ALICE, CALL, NOW) == wanted()
    assert store.find_standing(BOB, CALL, NOW) is None
    assert store.find_standing(ALICE, "another", NOW) is None
    assert store.find_standing(ALICE, CALL, NOW + timedelta(days=15)) is None
    store.decide("a", "declined", "U0BOB", ATTEMPT)
    assert store.find_standing(ALICE, CALL, NOW) is None


def test_a_request_waits_two_weeks() -> None:
    assert not wanted().expired(NOW + timedelta(days=13))
    assert wanted().expired(NOW + timedelta(days=15))
    assert not replace(wanted(), state="granted").expired(NOW + timedelta(days=15))


def test_a_row_moved_to_another_person_does_not_open(store: RequestStore, database: Database) -> None:
    store.save(wanted())
    moved = update(PERMISSION_REQUESTS).values(owner=BOB.key)
    database.write(lambda connection: connection.execute(moved).rowcount)
    assert store.find("a") is None


def test_an_expired_request_is_not_revived_by_a_later_date(store: RequestStore, database: Database) -> None:
    store.save(wanted())
    later = update(PERMISSION_REQUESTS).values(asked_at=stamp(NOW + timedelta(days=15)))
    database.write(lambda connection: connection.execute(later).rowcount)
    assert store.find("a") is None
    assert store.find_standing(ALICE, CALL, NOW + timedelta(days=16)) is None
    assert not store.decide("a", "granted", "U0BOB", ATTEMPT)


def test_what_people_wrote_is_not_in_the_database_in_clear(store: RequestStore, database: Database) -> None:
    store.save(wanted())
    row = database.read(lambda connection: connection.execute(PERMISSION_REQUESTS.select()).one())
    assert b"RunInstances" not in row.sealed
    assert CALL not in str(row)
