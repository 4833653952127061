"""A new key in two steps, and the end of an old one: nothing is refused on the way, and nothing is lost."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.identity.person import Person
from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.errors import SealError
from bot.store.inbox import Command, Inbox
from bot.store.people import LookupStore, PastLookup, Preferences, PreferenceStore
from bot.store.requests import PermissionRequest, RequestStore
from bot.store.rotation import READ_WITHIN, retire, rotate, still_needed
from bot.store.sealing import Keyring, ids_in, new_key
from bot.store.verification import verify

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
ALICE = Person("U0ALICE", "T0REQLOG1")
MINUTE = READ_WITHIN


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sealing.key"
    Keyring.from_file(path)
    return path


def aged(file: Path, at: datetime) -> None:
    """As if the file had been written then."""
    os.utime(file, (at.timestamp(), at.timestamp()))


def rotated(file: Path) -> Keyring:
    """The keys after both steps, long enough ago."""
    rotate(file, NOW)
    rotate(file, NOW + MINUTE)
    aged(file, NOW)
    return Keyring.from_file(file)


def test_a_new_key_opens_first_and_seals_a_minute_later(file: Path) -> None:
    (old,) = ids_in(file.read_text("ascii"))
    assert rotate(file, NOW).startswith("A new key was added")
    keys = ids_in(file.read_text("ascii"))
    assert (keys[0], len(keys)) == (old, 2)
    with pytest.raises(SealError, match=r"run this again in 31 s\."):
        rotate(file, NOW + timedelta(seconds=29))
    assert ids_in(file.read_text("ascii")) == keys
    assert rotate(file, NOW + MINUTE).startswith("The new key seals from now on")
    assert ids_in(file.read_text("ascii")) == [keys[1], old]
    assert "#" not in file.read_text("ascii")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rotate(file, NOW)
    assert ids_in(file.read_text("ascii"))[:2] == [keys[1], old]


def test_a_running_bot_reads_the_file_again(file: Path) -> None:
    running = Keyring.from_file(file)
    before = running.heads
    assert not running.refresh()
    rotate(file, NOW)
    assert running.refresh()
    assert running.heads[:1] == before
    assert len(running.heads) == 2
    rotate(file, NOW + MINUTE)
    assert running.refresh()
    assert running.heads[1:] == before
    assert not Keyring.from_text(new_key()).refresh()


def test_what_a_key_sealed_that_was_not_read_yet_opens_all_the_same(file: Path) -> None:
    late = Keyring.from_file(file)
    sealed = rotated(file).seal(b"x", kind="k", owner=())
    assert late.unseal(sealed, kind="k", owner=()) == b"x"


def test_a_key_file_that_is_unfit_for_a_moment_changes_nothing(file: Path) -> None:
    running = Keyring.from_file(file)
    before = running.heads
    for text in ("", "no key!", "AAAA"):
        file.write_text(text, "ascii")
        aged(file, NOW)
        assert not running.refresh()
    file.chmod(0o644)
    assert not running.refresh()
    file.unlink()
    assert not running.refresh()
    assert running.heads == before


def test_an_old_key_goes_when_nothing_needs_it(file: Path, database: Database) -> None:
    old = Keyring.from_file(file)
    preferences, lookups, requests = (kind(database, old) for kind in (PreferenceStore, LookupStore, RequestStore))
    assert isinstance(preferences, PreferenceStore)
    assert isinstance(lookups, LookupStore)
    assert isinstance(requests, RequestStore)
    preferences.save(ALICE, Preferences("zh"))
    past = PastLookup("ID", "denied", "found", NOW)
    database.write(lookups.saving(ALICE, past))
    request = PermissionRequest("a", ALICE, "ID", "ecs:RunInstances", "7d", {"text": "", "blocks": []}, NOW)
    requests.save(request)
    keyring = rotated(file)
    assert retire(file, database, keyring, NOW + MINUTE) == "Keys taken away: 1."
    new = Keyring.from_file(file)
    assert new.heads == keyring.heads[:1]
    assert PreferenceStore(database, new).find(ALICE) == Preferences("zh")
    assert LookupStore(database, new).find(ALICE) == [past]
    assert RequestStore(database, new).find("a") == request
    aged(file, NOW)
    with pytest.raises(SealError, match="one key alone"):
        retire(file, database, new, NOW + MINUTE)


def test_an_old_key_stays_while_the_audit_or_a_command_needs_it(file: Path, database: Database) -> None:
    old = Keyring.from_file(file)
    days = iter((0, 0, 500, 500, 500))
    audit = Audit(database, old, replica="one", clock=lambda: NOW + timedelta(days=next(days)))
    inbox = Inbox(database, old, replica="one")
    inbox.accept(Command("a", "help", {}, NOW))
    keyring = rotated(file)
    name = keyring.heads[1][1:].hex()
    with pytest.raises(SealError) as refusal:
        retire(file, database, keyring, NOW + MINUTE)
    assert str(refusal.value) == (
        f"Key {name} is still needed: 1 rows of the audit, up to 1, 1 head of the audit, 1 commands that wait."
    )
    assert len(Keyring.from_file(file).heads) == 2
    old.refresh()
    audit.record(Entry("lookup", "ID"))
    inbox.finish("a", "delivered")
    assert still_needed(database, keyring)[keyring.heads[1][1:]] == "1 rows of the audit, up to 1"
    audit.prune(timedelta(days=400))
    assert retire(file, database, keyring, NOW + MINUTE) == "Keys taken away: 1."
    assert verify(database, Keyring.from_file(file)).kind is None


def test_a_row_that_does_not_open_keeps_its_key(file: Path, database: Database) -> None:
    PreferenceStore(database, Keyring.from_file(file)).save(ALICE, Preferences("zh"))
    keyring = rotated(file)
    moved = "UPDATE preferences SET owner = '/T/mallory'"
    database.write(lambda connection: connection.exec_driver_sql(moved).rowcount)
    with pytest.raises(SealError, match="1 preferences"):
        retire(file, database, keyring, NOW + MINUTE)


def test_nothing_is_taken_away_too_early(file: Path, database: Database) -> None:
    keyring = rotated(file)
    before = file.read_text("ascii")
    with pytest.raises(SealError, match=r"run this again in 60 s"):
        retire(file, database, keyring, NOW)
    assert file.read_text("ascii") == before
    rotate(file, NOW)
    aged(file, NOW)
    with pytest.raises(SealError, match="run `requestlog keys rotate` first"):
        retire(file, database, keyring, NOW + MINUTE)
