"""Several replicas, one chain: in processes of their own, one of them killed; and a new key under many writers."""

import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.identity.person import Person
from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.errors import StoreUnavailableError
from bot.store.people import Preferences, PreferenceStore
from bot.store.rotation import READ_WITHIN, rotate
from bot.store.sealing import Keyring
from bot.store.verification import verify
from tests.postgres import fresh_database
from tests.store.audits import NOW, look_up, now, opened, rows_of

ROOT = Path(__file__).parents[2]


def written_by_four(url: str, file: Path, rows: int) -> tuple[set[str], Counter[str]]:
    """What four replicas said was durable, one of them killed half-way; and how often each row stands in the chain."""
    Keyring.from_file(file)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.audit_replica", url, str(file), name, str(rows), "8"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in "abcd"
    ]  # fmt: skip
    for each in running:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    victim, said = running[0], []
    assert victim.stdout
    said += [victim.stdout.readline().strip() for _ in range(rows // 4)]
    victim.kill()
    for each in running:
        said += (each.communicate()[0] or "").split()
    assert [each.returncode for each in running] == [-9, 0, 0, 0]
    database, keyring = Database(url), Keyring.from_file(file)
    assert verify(database, keyring).kind is None
    found = Counter(row.command for row in rows_of(database, keyring) if row.command)
    database.close()
    return set(said), found


def test_a_killed_replica_leaves_the_chain_whole_and_each_durable_row_once(tmp_path: Path) -> None:
    said, found = written_by_four(fresh_database(), tmp_path / "sealing.key", 100)
    assert len(said) >= 325
    assert said <= found.keys()
    assert set(found.values()) == {1}


def rotated_under_writers(url: str, file: Path, writers: int) -> Counter[str]:
    """The actions in the chain after a new key was brought in under so many writers on two replicas, none of them refused."""
    rings = [Keyring.from_file(file) for _ in range(2)]
    databases = [Database(url) for _ in rings]
    both = zip(databases, rings, strict=True)
    audits = [Audit(database, ring, replica="r", clock=lambda: datetime.now(UTC)) for database, ring in both]
    done = threading.Event()

    def write(number: int) -> int:
        store, count = PreferenceStore(databases[number % 2], rings[number % 2]), 0
        person = Person(f"U{number}", "T")
        while not done.is_set():
            audits[number % 2].record(look_up(number))
            store.save(person, Preferences("zh"))
            assert PreferenceStore(databases[(number + 1) % 2], rings[(number + 1) % 2]).find(person) == Preferences("zh")
            count += 1
        return count

    def all_wrote() -> None:
        """Wait until so many rows came in since now, from either replica."""
        heads = [audit.check().head for audit in audits]
        first = max(head.seq for head in heads if head)
        while not any(head and head.seq >= first + writers for head in (audit.check().head for audit in audits)):
            done.wait(0.05)

    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(write, number) for number in range(writers)]
        for step in (NOW, NOW + READ_WITHIN):
            all_wrote()
            rotate(file, step)
            for ring in rings:
                all_wrote()
                ring.refresh()
        all_wrote()
        done.set()
        counts = [each.result() for each in running]
    verdict = verify(databases[0], rings[0])
    assert verdict.kind is None
    actions = Counter(row.action for row in rows_of(databases[0], rings[0]))
    assert actions["lookup"] == sum(counts)
    for database in databases:
        database.close()
    return actions


def test_a_new_key_under_fifty_writers_refuses_nobody(tmp_path: Path) -> None:
    file = tmp_path / "sealing.key"
    actions = rotated_under_writers(fresh_database(), file, 50)
    assert actions["audit.key"] == 1
    assert actions["lookup"] >= 150


def test_a_replica_that_freezes_in_a_write_holds_up_the_others_for_a_moment_only(keyring: Keyring) -> None:
    url = fresh_database()
    with closing(Database(url)) as frozen, closing(Database(url)) as other, ThreadPoolExecutor(1) as thread:
        opened(frozen, keyring)
        audit = Audit(other, keyring, replica="two", clock=now)
        has_it, thaw = threading.Event(), threading.Event()

        def freeze(connection: Connection) -> None:
            connection.exec_driver_sql("SELECT seq FROM audit_head FOR UPDATE")
            has_it.set()
            thaw.wait(30)

        held = thread.submit(frozen.write, freeze)
        assert has_it.wait(20)
        deadline = time.monotonic() + 20
        while True:
            try:
                audit.record(look_up(1))
            except StoreUnavailableError:
                assert time.monotonic() < deadline, "the other replica cannot write"
            else:
                break
        assert not thaw.is_set()
        thaw.set()
        with pytest.raises(StoreUnavailableError):
            held.result()
        assert verify(other, keyring).kind is None
