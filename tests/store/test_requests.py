from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.requests import PermissionRequest, RequestStore
from bot.store.sealing import Keyring
from bot.store.tables import PERMISSION_REQUESTS

ALICE = Person("U0ALICE", "T0REQLOG1")
BOB = Person("U0BOB", "", "E0ORG")
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
CALL = "B31790CE-FD13-540B-B86F-F7530AA971D6"


def wish(number: str = "a", owner: Person = ALICE) -> PermissionRequest:
    return PermissionRequest(number, owner, CALL, "ecs:RunInstances", "7d", {"text": "申请", "blocks": []}, NOW)


def test_a_request_is_found_as_it_was_saved(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    store.save(replace(wish("b", BOB), channel="C0ADMINS"))
    assert store.find("a") == wish()
    assert store.find("b") == replace(wish("b", BOB), channel="C0ADMINS")
    assert store.find("c") is None
    store.delete("a")
    assert store.find("a") is None


def test_the_first_decision_stands(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    assert store.decide("a", "granted", "U0BOB")
    assert not store.decide("a", "declined", "U0AUDITOR")
    assert not store.decide("c", "granted", "U0BOB")
    assert store.find("a") == replace(wish(), state="granted", decided_by="U0BOB")
    store.told("a", NOW)
    assert store.find("a") == replace(wish(), state="granted", decided_by="U0BOB", told=True)


def test_what_waits_is_found_by_who_asked_and_for_which_call(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    assert store.find_open(ALICE, CALL, NOW) == wish()
    assert store.find_open(BOB, CALL, NOW) is None
    assert store.find_open(ALICE, "another", NOW) is None
    assert store.find_open(ALICE, CALL, NOW + timedelta(days=15)) is None
    store.decide("a", "declined", "U0BOB")
    assert store.find_open(ALICE, CALL, NOW) is None


def test_a_request_waits_two_weeks() -> None:
    assert not wish().expired(NOW + timedelta(days=13))
    assert wish().expired(NOW + timedelta(days=15))
    assert not replace(wish(), state="granted").expired(NOW + timedelta(days=15))


def test_old_requests_are_forgotten(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    store.save(replace(wish("b"), asked_at=NOW + timedelta(days=91)))
    assert store.find("a") is None


def test_a_row_moved_to_another_person_does_not_open(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    moved = update(PERMISSION_REQUESTS).values(owner=BOB.key)
    database.write(lambda connection: connection.execute(moved).rowcount)
    assert store.find("a") is None


def test_what_people_wrote_is_not_in_the_database_in_clear(database: Database, keyring: Keyring) -> None:
    store = RequestStore(database, keyring)
    store.save(wish())
    row = database.read(lambda connection: connection.execute(PERMISSION_REQUESTS.select()).one())
    assert b"RunInstances" not in row.sealed
    assert CALL not in str(row)
