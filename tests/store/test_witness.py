"""A file outside the database knows where the chain ended: what was put back while no bot ran ends the start."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.errors import AuditBrokenError
from bot.store.sealing import Keyring
from bot.store.tables import AUDIT_HEAD
from bot.store.verification import LAST, Witness
from tests.store.audits import look_up, now, opened
from tests.store.tampering import tamper


class TestWitness:
    @pytest.fixture(autouse=True)
    def an_end_is_noted(self, database: Database, keyring: Keyring, url: str, tmp_path: Path) -> None:
        self.database, self.keyring = database, keyring
        self.witness = Witness(tmp_path, url)
        audit = self.opened()
        audit.record(look_up(1), look_up(2))
        self.kept = database.read(lambda connection: connection.execute(select(AUDIT_HEAD)).mappings().one())
        audit.record(*(look_up(number) for number in range(LAST * 2)))
        audit.anchor()
        audit.record(*(look_up(number) for number in range(LAST * 2)))

    def opened(self) -> Audit:
        return Audit(self.database, self.keyring, replica="one", clock=now, witness=self.witness)

    def refused(self) -> str:
        with pytest.raises(AuditBrokenError) as raised:
            self.opened()
        return str(raised.value)

    def test_an_emptied_audit(self, url: str) -> None:
        tamper(url, "DELETE FROM audit", "DELETE FROM audit_head")
        assert self.refused() == (
            "The audit is not intact: it was cut: row 1 and what followed are gone. "
            f"If an older copy was put back on purpose, delete {self.witness.path}."
        )
        self.witness.path.unlink()
        assert self.opened().check().kind is None

    def test_an_older_end(self, url: str) -> None:
        tamper(url, "DELETE FROM audit WHERE seq > 3", "DELETE FROM audit_head")
        self.database.write(lambda connection: connection.execute(AUDIT_HEAD.insert(), dict(self.kept)).rowcount)
        assert "row 4 and what followed are gone" in self.refused()

    def test_another_chain_that_grew_as_long(self, url: str) -> None:
        tamper(url, "DELETE FROM audit", "DELETE FROM audit_head")
        opened(self.database, self.keyring).record(*(look_up(number) for number in range(LAST * 5)))
        assert f"row {LAST * 2 + 3} was changed" in self.refused()

    def test_what_went_on_since_and_a_file_that_says_nothing_are_no_harm(self) -> None:
        assert self.opened().check().kind is None
        for text_of_file in ("", "nonsense", "[]", '{"seq": "x"}'):
            self.witness.path.write_text(text_of_file, "ascii")
            assert self.opened().check().kind is None

    def test_a_folder_that_takes_no_file_costs_the_witness_alone(self, url: str, tmp_path: Path) -> None:
        self.witness = Witness(tmp_path / "nowhere", url)
        audit = self.opened()
        audit.anchor()
        audit.record(look_up(1))
        assert audit.check().kind is None


def test_each_database_has_its_own_whoever_connects(tmp_path: Path) -> None:
    addresses = ("a:b@db/x", "c:d@db/x?sslmode=require", "a:b@db/y", "a:b@other/x", "a:b@db:5433/x")
    named = [Witness(tmp_path, f"postgresql+psycopg://{each}").path for each in addresses]
    assert named[0] == named[1]
    assert len({*named}) == len(addresses) - 1
