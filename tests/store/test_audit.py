"""The audit on both databases: what was done to it is found and named, by whoever asks and before anything is appended."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest
import structlog
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.store.audit import Audit
from bot.store.chain import Entry, Kind, Verdict, broken
from bot.store.database import Database
from bot.store.errors import AuditBrokenError, StoreUnavailableError
from bot.store.sealing import Keyring
from bot.store.tables import AUDIT_HEAD, REPLAYS, insert_if_new
from bot.store.verification import verify
from tests.store.audits import ALICE, look_up, opened, rows_of
from tests.store.tampering import DEEDS, ODD, ROWS, tamper


@pytest.fixture
def audit(database: Database, keyring: Keyring) -> Audit:
    audit = opened(database, keyring)
    audit.record(*(look_up(number) for number in range(ROWS - 1)))
    return audit


def test_a_row_says_who_tried_what_and_how_it_ended(database: Database, keyring: Keyring) -> None:
    opened(database, keyring).record(
        Entry(
            *("lookup", "ID", ALICE, "command", "C0INCIDENT", "prod", "broker", "1973374733454118", "slack-T-U"),
            *("UPSTREAM", "not_found", "not_owner"),
            detail={"windows": 3, "caller": "sub/1@2"},
        )
    )
    began, row = rows_of(database, keyring)
    head = verify(database, keyring).head
    assert head is not None
    assert json.loads(row.body) == [
        *(1, head.chain, 2, 1795835045678901, "one", "command", ALICE, "lookup", "ID", "C0INCIDENT", "prod", "broker"),
        *("1973374733454118", "slack-T-U", "UPSTREAM", "not_found", "not_owner"),
        {"caller": "sub/1@2", "windows": 3},
    ]
    assert row.body.endswith('"not_owner",{"caller":"sub/1@2","windows":3}]')
    assert (row.at, row.actor, row.action, row.subject, row.command) == (1795835045678901, ALICE, "lookup", "ID", "command")
    assert (began.seq, began.action, began.said[:3]) == (1, "audit.began", [1, head.chain, 1])
    assert len(head.chain) == 16


def test_an_untouched_chain_is_intact(audit: Audit, database: Database, keyring: Keyring) -> None:
    verdict = verify(database, keyring)
    assert (verdict.kind, verdict.seq, verdict.head and verdict.head.seq) == (None, 0, ROWS)
    assert audit.check() == verdict
    assert audit.healthy


def test_a_database_without_an_audit_is_intact_and_has_no_head(database: Database, keyring: Keyring) -> None:
    assert verify(database, keyring) == Verdict()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_is_named_and_nothing_is_appended_after_it(
    audit: Audit, database: Database, keyring: Keyring, url: str, deed: str
) -> None:
    statements, kind, seq = DEEDS[deed]
    tamper(url, *statements)
    verdict = verify(database, keyring)
    assert (verdict.kind, verdict.seq) == (kind, seq)
    with pytest.raises(AuditBrokenError, match="The audit is not intact") as refusal:
        opened(database, keyring)
    assert str(refusal.value) == broken(verdict)
    assert audit.check().kind == kind


@pytest.mark.parametrize("deed", ODD)
def test_columns_of_another_type_are_found_too(audit: Audit, keyring: Keyring, tmp_path: Path, deed: str) -> None:
    assert audit.healthy  # this one is on the database that the fixture gave; SQLite is what is asked here
    url = f"sqlite:///{tmp_path}/odd.sqlite"
    database = Database(url)
    opened(database, keyring).record(*(look_up(number) for number in range(ROWS - 1)))
    statement, kind, seq = ODD[deed]
    tamper(url, statement)
    verdict = verify(database, keyring)
    assert (verdict.kind, verdict.seq) == (kind, seq)
    database.close()


def test_each_finding_has_its_sentence() -> None:
    said = {
        "head missing": "its head is missing",
        "head changed": "its head was changed",
        "key missing": "a key is missing, so it cannot be verified before row 7",
        "cut": "it was cut: row 7 and what followed are gone",
        "removed": "row 7 was removed",
        "inserted": "a row was inserted at 7",
        "reordered": "rows were reordered, the first is 7",
        "changed": "row 7 was changed",
    }
    for kind in get_args(Kind):
        assert broken(Verdict(kind, 7)) == f"The audit is not intact: {said[kind]}."


def test_a_chain_that_began_anew_is_told_by_its_anchors(database: Database, keyring: Keyring, url: str) -> None:
    """And so is an old head that was put back with the rows up to it: no look from inside can tell."""
    audit = opened(database, keyring)
    audit.record(look_up(1))
    kept = database.read(lambda connection: connection.execute(select(AUDIT_HEAD)).mappings().one())
    audit.record(look_up(2), look_up(3))
    anchors = {row.seq: row.mac.hex() for row in rows_of(database, keyring)}
    assert verify(database, keyring, anchors=anchors).kind is None
    assert verify(database, keyring, anchors=anchors | {2: "00"}) == Verdict("changed", 2, verify(database, keyring).head)
    tamper(url, "DELETE FROM audit WHERE seq > 2", "DELETE FROM audit_head")
    database.write(lambda connection: connection.execute(AUDIT_HEAD.insert(), dict(kept)).rowcount)
    assert verify(database, keyring).kind is None
    assert verify(database, keyring, anchors={2: anchors[2]}).kind is None
    told = verify(database, keyring, anchors=anchors)
    assert (told.kind, told.seq) == ("cut", 3)
    with pytest.raises(AuditBrokenError, match="it was cut: row 3 and"):
        audit.record(look_up(4))  # the running bot remembers what it saw
    assert audit.check().kind == "cut"
    tamper(url, "DELETE FROM audit", "DELETE FROM audit_head")
    told = verify(database, keyring, anchors=anchors)
    assert (told.kind, told.seq) == ("cut", 1)
    opened(database, keyring).record(look_up(1), look_up(2), look_up(3))
    told = verify(database, keyring, anchors=anchors)
    assert (told.kind, told.seq) == ("changed", 1)


@pytest.mark.parametrize("older", [False, True], ids=["emptied", "an older end"])
def test_a_replica_appends_to_no_other_chain_that_has_grown_past_what_it_saw(
    database: Database, keyring: Keyring, url: str, *, older: bool
) -> None:
    seen, another = opened(database, keyring), Database(url)
    seen.record(look_up(1), look_up(2), look_up(3))
    kept = database.read(lambda connection: connection.execute(select(AUDIT_HEAD)).mappings().one())
    seen.record(look_up(4), look_up(5))
    tamper(url, "DELETE FROM audit WHERE seq > 4" if older else "DELETE FROM audit", "DELETE FROM audit_head")
    if older:
        database.write(lambda connection: connection.execute(AUDIT_HEAD.insert(), dict(kept)).rowcount)
    with closing(another):
        opened(another, keyring).record(*(look_up(number) for number in range(9)))
        with pytest.raises(AuditBrokenError, match="not intact"):
            seen.record(look_up(6))


def test_only_the_end_of_a_long_chain_is_verified_at_the_start(database: Database, keyring: Keyring, url: str) -> None:
    audit = opened(database, keyring)
    audit.record(*(look_up(number) for number in range(150)))
    tamper(url, "UPDATE audit SET subject = 'x' WHERE seq = 51")
    assert opened(database, keyring).check().kind is None
    tamper(url, "UPDATE audit SET subject = 'x' WHERE seq = 52")
    assert (audit.check().kind, audit.check().seq) == ("changed", 52)
    assert verify(database, keyring).seq == 51
    tamper(url, "DELETE FROM audit WHERE seq > 40")
    assert (audit.check().kind, audit.check().seq) == ("cut", 52)


def test_a_row_goes_with_the_write_that_it_tells_of(audit: Audit, database: Database, keyring: Keyring) -> None:
    def told(new: bool) -> tuple[Entry, ...]:
        return (Entry("claimed", result="new" if new else "known"),)

    def claim(*_: object) -> bool:
        return database.write(lambda connection: insert_if_new(connection, REPLAYS, {"signature": "a", "seen_at": 1}), told)

    assert [claim(), claim()] == [True, False]
    assert [row.said[-3] for row in rows_of(database, keyring)[-2:]] == ["new", "known"]
    assert audit.check().kind is None


def test_a_write_that_fails_leaves_no_row_and_a_row_that_fails_leaves_no_write(
    audit: Audit, database: Database, keyring: Keyring, url: str
) -> None:
    with pytest.raises(StoreUnavailableError):
        database.write(lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")), lambda _: (look_up(1),))
    assert len(rows_of(database, keyring)) == ROWS
    tamper(url, "DELETE FROM audit_head")
    with pytest.raises(AuditBrokenError):
        database.write(
            lambda connection: insert_if_new(connection, REPLAYS, {"signature": "a", "seen_at": 1}), lambda _: (look_up(1),)
        )
    assert database.read(lambda connection: connection.execute(select(REPLAYS)).first()) is None
    assert audit.healthy


def test_a_broken_chain_refuses_rows_and_nobody_else(audit: Audit, database: Database, url: str) -> None:
    tamper(url, "UPDATE audit_head SET seq = 5")
    gate = threading.Event()

    def first(connection: object) -> bool:
        gate.wait(5)
        return connection is not None

    with ThreadPoolExecutor(4) as threads:
        held = threads.submit(database.write, first)
        bad = threads.submit(audit.record, look_up(1))
        good = threads.submit(
            database.write, lambda connection: insert_if_new(connection, REPLAYS, {"signature": "a", "seen_at": 1})
        )
        gate.set()
        assert held.result()
        assert good.result()
        with pytest.raises(AuditBrokenError, match="its head was changed"):
            bad.result()
    assert database.healthy
    assert not audit.healthy


def test_health_comes_back_by_itself_when_the_chain_is_whole_again(audit: Audit, url: str) -> None:
    tamper(url, "UPDATE audit SET seq = 1000 WHERE seq = 12")
    assert audit.healthy, "nobody has tried"
    tamper(url, "UPDATE audit SET seq = 13 WHERE seq = 1000")
    with pytest.raises(StoreUnavailableError):
        audit.record(look_up(1))
    assert not audit.healthy
    tamper(url, "UPDATE audit SET seq = 12 WHERE seq = 13")
    assert audit.healthy
    audit.record(look_up(1))
    assert audit.check().kind is None


def test_health_comes_back_when_the_database_does(audit: Audit, url: str) -> None:
    tamper(url, "ALTER TABLE audit_head RENAME TO away")
    with pytest.raises(StoreUnavailableError, match="audit_head"):
        audit.record(look_up(1))
    assert not audit.healthy
    tamper(url, "ALTER TABLE away RENAME TO audit_head")
    assert audit.healthy


def test_nothing_to_record_writes_nothing(audit: Audit, database: Database, keyring: Keyring) -> None:
    audit.record()
    assert len(rows_of(database, keyring)) == ROWS


def test_without_an_audit_no_attempt_is_written(database: Database) -> None:
    with pytest.raises(AuditBrokenError, match="No audit was opened"):
        database.write(lambda _connection: None, lambda _result: (look_up(1),))


def test_a_store_that_cannot_write_refuses_and_takes_again_later(tmp_path: Path, keyring: Keyring) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    database = Database(url)
    audit = opened(database, keyring)
    database.write(lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON").rowcount)
    with pytest.raises(StoreUnavailableError, match="readonly"), capture_logs() as logs:
        audit.record(look_up(1))
    assert [each["event"] for each in logs] == ["not_audited"]
    assert not database.healthy
    database.close()
    reopened = Database(url)
    opened(reopened, keyring).record(look_up(1))
    assert [row.action for row in rows_of(reopened, keyring)] == ["audit.began", "lookup"]
    reopened.close()


def test_a_full_disk_refuses_and_space_is_used_again(tmp_path: Path, keyring: Keyring) -> None:
    """SQLite's own page limit stands in for the end of the disk; it is the same error."""
    database = Database(f"sqlite:///{tmp_path}/store.sqlite")
    audit = opened(database, keyring)
    database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=60").all())
    with pytest.raises(StoreUnavailableError, match="full"):
        audit.record(*(look_up(number) for number in range(1000)))
    database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=6000").all())
    audit.record(look_up(1))
    assert audit.healthy
    assert [row.action for row in rows_of(database, keyring)] == ["audit.began", "lookup"]
    database.close()


def test_anchors_are_logged_when_the_head_moved_and_every_thousand_rows(database: Database, keyring: Keyring) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as logs:
        audit = opened(database, keyring)
        audit.anchor()
        audit.anchor()
        audit.record(look_up(1))
        audit.anchor()
        audit.record(*(look_up(number) for number in range(1000)))
    macs = {row.seq: row.mac.hex() for row in rows_of(database, keyring)}
    assert logs == [{"event": "audit_head", "log_level": "info", "seq": seq, "mac": macs[seq]} for seq in (1, 2, 1002)]
