"""The sealing key against the database: another one, a lost one and a new one; and who may read the files."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.store.database import Database
from bot.store.errors import NewerDatabaseError, SealError, WrongKeyError
from bot.store.inbox import Command, Inbox
from bot.store.sealing import Keyring, new_key, open_keyring

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NOWHERE = Path("/nowhere/sealing.key")


def command(name: str) -> Command:
    return Command(name, "requestlog", {"text": "typed"}, NOW)


def test_another_key_is_told_before_anything_is_sealed_with_it(database: Database) -> None:
    """Even before a person wrote anything: two replicas without a shared key are told at their first start."""
    key = new_key()
    open_keyring(database, key, NOWHERE)
    open_keyring(database, key, NOWHERE)
    with pytest.raises(WrongKeyError, match="Every replica needs the same REQUESTLOG_KEY"):
        open_keyring(database, new_key(), NOWHERE)


def test_a_new_key_in_front_of_the_old_one_opens_and_takes_over(database: Database) -> None:
    old, new = new_key(), new_key()
    open_keyring(database, old, NOWHERE)
    open_keyring(database, f"{new},{old}", NOWHERE)
    open_keyring(database, new, NOWHERE)


def test_a_database_from_before_the_check_value_is_checked_too(database: Database) -> None:
    Inbox(database, Keyring.from_text(new_key()), replica="one").accept(command("a"))
    with pytest.raises(WrongKeyError):
        open_keyring(database, new_key(), NOWHERE)


def test_a_missing_key_file_beside_a_database_is_told_and_not_replaced(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "sealing.key"
    open_keyring(database, None, file)
    file.unlink()
    with pytest.raises(SealError, match=r"sealing\.key is missing"):
        open_keyring(database, None, file)
    assert not file.exists()


def test_commands_that_another_key_sealed_are_left_to_replicas_that_have_it(database: Database) -> None:
    theirs, ours = Keyring.from_text(new_key()), Keyring.from_text(new_key())
    silent, stranger = Inbox(database, theirs, replica="silent"), Inbox(database, ours, replica="stranger")
    silent.enter()
    silent.accept(command("a"))
    silent.leave()
    assert stranger.take_over(timedelta(hours=1)) == []
    assert stranger.foreign(timedelta(hours=1)) == 1
    assert Inbox(database, theirs, replica="heir").take_over(timedelta(hours=1)) == [("a", None)]
    with pytest.raises(WrongKeyError):
        stranger.find("a")


def test_a_database_of_a_newer_version_is_told_with_what_to_do(url: str) -> None:
    Database(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_to_come'"))
    engine.dispose()
    with pytest.raises(NewerDatabaseError, match="newer version of requestlog"):
        Database(url)


def test_the_files_of_a_database_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch(mode=0o644)
    path.chmod(0o644)
    database = Database(f"sqlite:///{path}")
    database.write(lambda connection: connection.execute(text("SELECT 1")).scalar())
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    database.close()
    assert set(modes.values()) == {0o600}, modes
