"""``requestlog audit``: what a script and an auditor get, before and after somebody touched a row."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.store.verification import Witness
from tests.cli.running import requestlog
from tests.store.audits import ALICE
from tests.store.tampering import tamper

NOW = datetime(2026, 11, 28, 3, 4, 5, 678901, tzinfo=UTC)
BOB = "E1//U0BOB"
Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``requestlog audit`` beside a database with a row on each of four days."""
    database = Database(f"sqlite:///{tmp_path}/requestlog.sqlite")
    days = iter(range(9))
    keyring = Keyring.from_file(tmp_path / "sealing.key")
    audit = Audit(database, keyring, replica="one", clock=lambda: NOW + timedelta(days=next(days)))
    for number, actor in enumerate((ALICE, BOB, ALICE)):
        audit.record(Entry("lookup", f"ID-{number}", actor, "command", result="not_found", detail={"caller": "sub/1@2"}))
    database.close()
    return lambda *words: requestlog("audit", *words, env={"REQUESTLOG_DATA_DIR": str(tmp_path)})


def lines(run: CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_an_intact_chain_is_exported_and_said_to_be_intact(run: Run) -> None:
    done = run()
    rows = lines(done)
    assert done.returncode == 0
    assert done.stderr == f"The audit is intact: 4 rows, head seq=4 mac={rows[3]['mac']}.\n"
    assert [row["action"] for row in rows] == ["audit.began", "lookup", "lookup", "lookup"]
    assert rows[2] | {"chain": "", "kid": "", "mac": ""} == {
        "version": 1,
        "chain": "",
        "seq": 3,
        "at": "2026-11-30T03:04:05.678901+00:00",
        "replica": "one",
        "command": "command",
        "actor": BOB,
        "action": "lookup",
        "subject": "ID-1",
        "channel": None,
        "identity": None,
        "kind": None,
        "account": None,
        "session": None,
        "upstream": None,
        "result": "not_found",
        "decision": None,
        "detail": {"caller": "sub/1@2"},
        "kid": "",
        "mac": "",
    }


@pytest.mark.parametrize(
    ("words", "seqs"),
    [
        (("--since", "2026-11-30"), [3, 4]),
        (("--since", "2026-11-30T11:04:06+08:00"), [4]),
        (("--until", "2026-11-30T03:04:05.678901"), [1, 2]),
        (("--person", "U0BOB"), [3]),
        (("--request", "id-2"), [4]),
        (("--person", "U0ALICE", "--since", "2026-12-01"), [4]),
        (("--person", "U0NOBODY"), []),
    ],
)
def test_filters_print_less_and_verify_as_much(run: Run, tmp_path: Path, words: tuple[str, ...], seqs: list[int]) -> None:
    assert [row["seq"] for row in lines(run(*words))] == seqs
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", "UPDATE audit SET subject = 'x' WHERE seq = 2")
    assert run(*words).returncode == 1


def test_what_was_done_to_it_is_named_and_the_rest_is_still_exported(run: Run, tmp_path: Path) -> None:
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", "UPDATE audit SET body = 'no JSON' WHERE seq = 3")
    done = run()
    assert (done.returncode, done.stderr) == (1, "The audit is not intact: row 3 was changed.\n")
    assert [row["seq"] for row in lines(done)] == [1, 2, 3, 4]
    assert lines(done)[2]["unreadable"] == "no JSON"
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", "DELETE FROM audit_head")
    done = run()
    assert (done.returncode, done.stderr) == (1, "The audit is not intact: its head is missing.\n")
    assert [row["seq"] for row in lines(done)] == [1, 2, 3, 4]


def test_a_cut_tail_is_told_by_an_earlier_export_and_by_a_log(run: Run, tmp_path: Path) -> None:
    """Somebody put back a whole older copy of the database: inside nothing is wrong."""
    export, log, plain = tmp_path / "export", tmp_path / "log", tmp_path / "plain"
    done = run()
    export.write_text(done.stdout, "utf-8")
    mac = lines(done)[3]["mac"]
    log.write_text(f'nonsense\nstderr F {{"seq": 4, "mac": "{mac}", "event": "audit_head"}}\n{{"seq": 1}}\n', "utf-8")
    plain.write_text(f"audit_head seq=4 mac={mac}\n", "utf-8")
    for file in (export, log, plain):
        assert run("--anchors", str(file)).returncode == 0
    for file in tmp_path.glob("requestlog.sqlite*"):
        file.unlink()
    database = Database(f"sqlite:///{tmp_path}/requestlog.sqlite")
    Audit(database, Keyring.from_file(tmp_path / "sealing.key"), replica="one", clock=lambda: NOW)
    database.close()
    assert run().returncode == 0
    for file in (log, plain):
        done = run("--anchors", str(file))
        assert (done.returncode, done.stderr) == (1, "The audit is not intact: it was cut: row 2 and what followed are gone.\n")
    assert run("--anchors", str(export)).stderr == "The audit is not intact: row 1 was changed.\n"
    plain.write_text(f"audit_head seq=1 mac={mac}\naudit_head seq=1 mac={'0' * 64}\n", "utf-8")
    assert run("--anchors", str(plain)).stderr == "The audit is not intact: row 1 was changed.\n"


def test_pruned_rows_are_told(run: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/requestlog.sqlite")
    audit = Audit(database, Keyring.from_file(tmp_path / "sealing.key"), replica="one", clock=lambda: NOW + timedelta(days=9))
    audit.prune(timedelta(days=7))
    database.close()
    done = run()
    assert done.returncode == 0
    assert done.stderr.endswith(" Rows 1 to 2 were pruned.\n")


def test_bad_usage_is_told(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    time, kind = "is no date or time; write it like 2026-11-28 or 2026-11-28T03:00Z.", "a log of the bot"
    for words, said in (
        (("--since", "yesterday"), f"yesterday {time}"),
        (("--until", "13"), f"13 {time}"),
        (("--anchors", "/nowhere"), f"/nowhere cannot be read (No such file or directory); name {kind} or an earlier export."),
        (("--anchors", str(empty)), f"{empty} names no head of the audit; {kind} (audit_head …) or an earlier export does."),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{said}\n")


def test_nothing_recorded_yet_is_no_fault(tmp_path: Path) -> None:
    done = requestlog("audit", env={"REQUESTLOG_DATA_DIR": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing is recorded yet.\n")


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "requestlog.sqlite").write_text("no database, and long enough to be read as one" * 30, "utf-8")
    done = requestlog("audit", env={"REQUESTLOG_DATA_DIR": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_a_bot_does_not_start_over_a_chain_that_was_touched(run: Run, tmp_path: Path) -> None:
    assert run().returncode == 0
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", "DELETE FROM audit WHERE seq = 4")
    environment = {
        "REQUESTLOG_DATA_DIR": str(tmp_path),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "REQUESTLOG_PORT": "0",
        "REQUESTLOG_OWNER": "U0ALICE",
        "SLACK_API_URL": "http://127.0.0.1:1/",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tX",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x",
    }
    done = requestlog("run", env=environment)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "The audit is not intact: it was cut: row 4 and what followed are gone."
    assert "Traceback" not in done.stderr


def test_doctor_looks_at_the_end_of_the_chain(run: Run, tmp_path: Path) -> None:
    assert run().returncode == 0
    here = {"REQUESTLOG_DATA_DIR": str(tmp_path)}
    assert "audit's chain is intact" in " ".join(requestlog("doctor", env=here).stdout.split())
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", "DELETE FROM audit WHERE seq = 4")
    told = requestlog("doctor", "--lang", "zh", env=here)
    assert "❌  audit" in told.stdout
    assert "审计记录不完整" in told.stdout


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("UPDATE audit SET at = 'x' WHERE seq = 3", ("--since", "2026-11-28")),
        ("UPDATE audit SET actor = x'41' WHERE seq = 3", ("--person", "U0BOB")),
    ],
    ids=["time", "actor"],
)
def test_a_row_whose_columns_are_of_another_type_is_told_and_ends_nothing(
    run: Run, tmp_path: Path, deed: str, words: tuple[str, str]
) -> None:
    tamper(f"sqlite:///{tmp_path}/requestlog.sqlite", deed)
    done = run(*words)
    assert (done.returncode, "row 3 was changed" in done.stderr) == (1, True)


def test_an_audit_that_was_emptied_while_no_bot_ran_is_told_by_the_file_beside_it(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/requestlog.sqlite"
    database = Database(url)
    ring = Keyring.from_file(tmp_path / "sealing.key")
    Audit(database, ring, replica="one", clock=lambda: NOW, witness=Witness(tmp_path, url)).anchor()
    database.close()
    assert run().returncode == 0
    tamper(url, "DELETE FROM audit", "DELETE FROM audit_head")
    done = run()
    assert (done.returncode, done.stderr) == (1, "The audit is not intact: it was cut: row 1 and what followed are gone.\n")
