"""The audit over the years and over replicas: pruning, new keys, and several that write one chain."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.store.audit import Audit
from bot.store.chain import Entry, broken
from bot.store.database import Database
from bot.store.errors import AuditBrokenError
from bot.store.rotation import READ_WITHIN, rotate
from bot.store.sealing import Keyring, new_key
from bot.store.tables import AUDIT, AUDIT_HEAD
from bot.store.verification import BATCH, verify
from tests.store.audits import NOW, look_up, now, opened, rows_of
from tests.store.tampering import tamper


class TestPruning:
    @pytest.fixture(autouse=True)
    def a_year_of_rows(self, database: Database, keyring: Keyring) -> Iterator[None]:
        """A row a day: audit.began on the first, and ten more."""
        self.days = 0.0
        self.audit = opened(database, keyring, lambda: NOW + timedelta(days=self.days))
        for number in range(10):
            self.days += 1
            self.audit.record(look_up(number))
        yield
        assert self.audit.check().kind is None

    def test_what_is_older_goes_and_the_rest_still_verifies(self, database: Database, keyring: Keyring) -> None:
        before = rows_of(database, keyring)
        assert self.audit.prune(timedelta(days=4)) == 6
        rows = rows_of(database, keyring)
        assert [row.seq for row in rows] == [7, 8, 9, 10, 11, 12]
        assert (rows[-1].action, rows[-1].subject) == ("audit.pruned", "6")
        assert rows[-1].said[-1] == {"seq": 6, "mac": before[5].mac.hex()}
        assert verify(database, keyring).kind is None
        assert self.audit.prune(timedelta(days=4)) == 0

    def test_a_second_pruning_goes_on_where_the_first_ended(self, database: Database, keyring: Keyring) -> None:
        self.audit.prune(timedelta(days=8))
        assert self.audit.prune(timedelta(days=4)) == 4
        assert verify(database, keyring).kind is None
        assert verify(database, keyring, anchors={6: "00"}).seq == 6

    def test_even_all_rows_may_go(self, database: Database, keyring: Keyring) -> None:
        self.days += 500
        assert self.audit.prune(timedelta(days=400)) == 11
        assert [row.action for row in rows_of(database, keyring)] == ["audit.pruned"]

    def test_what_was_tampered_with_stays_as_evidence(self, database: Database, keyring: Keyring, url: str) -> None:
        tamper(url, "UPDATE audit SET subject = 'x' WHERE seq = 3")
        assert self.audit.prune(timedelta(days=4)) == 2
        assert self.audit.prune(timedelta(days=4)) == 0
        assert verify(database, keyring).seq == 3
        tamper(url, "UPDATE audit SET subject = 'ID-1' WHERE seq = 3")

    def test_a_pruned_row_that_is_put_back_is_found(self, database: Database, keyring: Keyring, url: str) -> None:
        first = rows_of(database, keyring)[0]
        self.audit.prune(timedelta(days=4))
        database.write(
            lambda connection: (
                connection.execute(
                    AUDIT.insert(),
                    {name: getattr(first, name) for name in AUDIT.columns.keys()},  # noqa: SIM118 - not a dict
                ).rowcount
            )
        )
        assert (verify(database, keyring).kind, verify(database, keyring).seq) == ("inserted", 7)
        tamper(url, "DELETE FROM audit WHERE seq = 1")

    def test_of_replicas_that_prune_at_once_one_does(self, database: Database, keyring: Keyring, url: str) -> None:
        other = Database(url)
        second = Audit(other, keyring, replica="two", clock=lambda: NOW + timedelta(days=self.days))
        with ThreadPoolExecutor(2) as threads:
            counts = list(threads.map(lambda each: each.prune(timedelta(days=4)), (self.audit, second)))
        assert sorted(counts) == [0, 6]
        assert [row.action for row in rows_of(database, keyring)].count("audit.pruned") == 1
        other.close()

    def test_an_anchor_at_what_was_pruned_last_still_holds(self, database: Database, keyring: Keyring) -> None:
        macs = {row.seq: row.mac.hex() for row in rows_of(database, keyring)}
        self.audit.prune(timedelta(days=4))
        assert verify(database, keyring, last=1, anchors={6: macs[6]}).kind is None
        assert verify(database, keyring, last=1, anchors={7: macs[7]}).kind is None
        assert (verify(database, keyring, last=1, anchors={7: macs[6]}).seq) == 7

    def test_a_replica_goes_on_where_another_one_pruned_all_that_it_had_seen(
        self, database: Database, keyring: Keyring, url: str
    ) -> None:
        with closing(Database(url)) as other:
            second = Audit(other, keyring, replica="two", clock=lambda: NOW + timedelta(days=self.days))
            self.days += 500
            self.audit.prune(timedelta(days=400))
            second.record(look_up(1))
        assert [row.action for row in rows_of(database, keyring)] == ["audit.pruned", "lookup"]

    def test_a_missing_head_prunes_nothing(self, database: Database, url: str) -> None:
        head = database.read(lambda connection: connection.execute(select(AUDIT_HEAD)).mappings().one())
        tamper(url, "DELETE FROM audit_head")
        assert self.audit.prune(timedelta(days=4)) == 0
        database.write(lambda connection: connection.execute(AUDIT_HEAD.insert(), dict(head)).rowcount)


def test_more_rows_than_one_page_are_verified_and_pruned(database: Database, keyring: Keyring) -> None:
    then = NOW
    audit = opened(database, keyring, lambda: then)
    for _ in range((BATCH + 20) // 20):
        audit.record(*(look_up(number) for number in range(20)))
    assert [row.seq for row in rows_of(database, keyring)] == list(range(1, BATCH + 22))
    then = NOW + timedelta(days=10)
    assert audit.prune(timedelta(days=9)) == BATCH + 21
    assert [row.subject for row in rows_of(database, keyring)] == [str(BATCH), str(BATCH + 21)]
    assert verify(database, keyring).kind is None


class TestKeys:
    def test_the_first_row_under_a_new_key_says_so_and_all_verify(self, database: Database) -> None:
        old, new = new_key(), new_key()
        before = Keyring.from_text(old)
        opened(database, before).record(look_up(1))
        ring = Keyring.from_text(f"{new},{old}")
        opened(database, ring).record(look_up(2))
        opened(database, ring).record(look_up(3))
        rows = rows_of(database, ring)
        assert [row.action for row in rows] == ["audit.began", "lookup", "audit.key", "lookup", "lookup"]
        kids = [next(iter(keys.subkeys("x"))) for keys in (before, ring)]
        assert [row.kid for row in rows] == [kids[0]] * 2 + [kids[1]] * 3
        assert rows[2].said[-1] == {"old": kids[0].hex(), "new": kids[1].hex()}
        assert verify(database, ring).kind is None

    def test_only_the_chains_own_word_on_a_key_counts(self, database: Database) -> None:
        """Not a subject that looks like a key's name, nor the name of another key."""
        keys = sorted((new_key() for _ in range(3)), key=lambda key: [*Keyring.from_text(key).subkeys("x")], reverse=True)
        opened(database, Keyring.from_text(keys[0])).record(look_up(1))
        names = [next(iter(Keyring.from_text(key).subkeys("x"))) for key in keys]
        opened(database, Keyring.from_text(",".join(keys))).record(
            Entry("lookup", names[1].hex()), Entry("lookup", names[2].hex())
        )
        for first in (1, 2):
            opened(database, Keyring.from_text(",".join([keys[first], *keys]))).record(look_up(2))
        rows = rows_of(database, Keyring.from_text(",".join(keys)))
        assert [row.kid for row in rows] == [names[0]] * 4 + [names[1]] * 2 + [names[2]] * 2

    def test_without_the_heads_key_nothing_can_be_verified(self, database: Database, keyring: Keyring) -> None:
        opened(database, keyring).record(look_up(1), look_up(2))
        verdict = verify(database, Keyring.from_text(new_key()))
        assert (verdict.kind, verdict.seq) == ("key missing", 4)

    def test_a_replica_that_has_yet_to_hear_goes_on_under_the_new_key(self, database: Database, url: str) -> None:
        """In a rolling deployment some have "old,new" and some "new,old" already: one rotation, no row back and forth."""
        old, new = new_key(), new_key()
        early, late = Keyring.from_text(f"{new},{old}"), Keyring.from_text(f"{old},{new}")
        other = Database(url)
        second = Audit(other, late, replica="two", clock=now)
        second.record(look_up(1))
        first = opened(database, early)
        for number in range(3):
            first.record(look_up(number))
            second.record(look_up(number))
        assert [row.action for row in rows_of(database, early)].count("audit.key") == 1
        assert verify(database, early).kind is None
        other.close()

    def test_without_the_old_key_what_it_wrote_cannot_be_verified(self, database: Database) -> None:
        old, new = new_key(), new_key()
        opened(database, Keyring.from_text(old)).record(look_up(1))
        opened(database, Keyring.from_text(f"{new},{old}")).record(look_up(2))
        verdict = verify(database, Keyring.from_text(new))
        assert (verdict.kind, verdict.seq) == ("key missing", 3)
        assert broken(verdict).endswith("a key is missing, so it cannot be verified before row 3.")
        tamper_first = verify(database, Keyring.from_text(new), anchors={1: "00"})
        assert (tamper_first.kind, tamper_first.seq) == ("changed", 1)

    def test_a_key_that_was_put_into_the_file_meanwhile_is_found(self, database: Database, url: str, tmp_path: Path) -> None:
        """Another replica has read the file and appends under the new key; this one hears of it at its next row."""
        file = tmp_path / "key"
        late = Keyring.from_file(file)
        audit = opened(database, late)
        rotate(file, NOW)
        rotate(file, NOW + READ_WITHIN)
        other = Database(url)
        Audit(other, Keyring.from_file(file), replica="two", clock=now).record(look_up(1))
        audit.record(look_up(2))
        assert [row.action for row in rows_of(database, late)] == ["audit.began", "audit.key", "lookup", "lookup"]
        other.close()

    def test_without_the_key_of_the_head_nothing_is_appended(self, database: Database, keyring: Keyring) -> None:
        opened(database, keyring)
        with pytest.raises(AuditBrokenError, match="a key is missing"):
            opened(database, Keyring.from_text(new_key()))


def test_replicas_that_start_together_begin_one_chain(url: str, keyring: Keyring) -> None:
    databases = [Database(url) for _ in range(4)]

    def start(database: Database) -> None:
        Audit(database, keyring, replica="one", clock=now).record(look_up(1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, databases))
    rows = rows_of(databases[0], keyring)
    assert [row.action for row in rows] == ["audit.began", *["lookup"] * 4]
    assert databases[0].read(lambda connection: connection.execute(select(func.count()).select_from(AUDIT_HEAD)).scalar()) == 1
    for database in databases:
        database.close()
