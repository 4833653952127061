"""Whoever tries anything stands in the audit before they hear of it; and what cannot be recorded, nobody hears."""

import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import View
from bot.store.chain import Row
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.store.verification import verify
from tests.scenarios.audit_steps import ALICE, AUDITOR, BOB, DENIED, NOT_AUDITED, SAMPLE, SECRETS, WAYS, brief, no_audit, typed
from tests.scenarios.stage import HERE, asks, newest, presses, said
from tests.scenarios.test_handoff import ADMINS, DIRECT, answered, asked, card, declines, form, says


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audited") / "bot"


@pytest.fixture(scope="module")
def stage(folder: Path) -> Iterator[Playground]:
    """A playground whose database the tests can read."""
    more = {"REQUESTLOG_ADMIN_CHANNEL": ADMINS, "REQUESTLOG_ADMINS": BOB, "REQUESTLOG_RATE": "1000"}
    with Playground(more={**more, "REQUESTLOG_DATA_DIR": str(folder)}) as running:
        yield running


@pytest.fixture
def url(folder: Path) -> str:
    return f"sqlite:///{folder}/requestlog.sqlite"


@pytest.fixture
def audited(url: str, folder: Path, stage: Playground) -> Iterator[Callable[[], list[Row]]]:
    """The rows that were added since the last time this was called."""
    database, keyring = Database(url), Keyring.from_file(folder / "sealing.key")
    known = 0

    def fresh() -> list[Row]:
        nonlocal known
        rows: list[Row] = []
        assert verify(database, keyring, each=rows.append).kind is None
        added, known = rows[known:], len(rows)
        return added

    fresh()
    yield fresh
    database.close()
    assert stage.slack.breaches == []
    stage.alibaba.clear_faults()


@pytest.mark.parametrize("way", WAYS)
def test_each_way_out_leaves_its_rows(stage: Playground, audited: Callable[[], list[Row]], way: str) -> None:
    asks(stage, ALICE, "sample")  # so that Home has something to show
    audited()
    deed, expected = WAYS[way]
    deed(stage)
    rows = audited()
    assert brief(rows) == expected
    assert {row.command for row in rows} == {rows[0].command}
    assert len(rows[0].command) == 32
    assert all(row.actor.startswith("/T0REQLOG1/U0") for row in rows)


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_recorded_is_not_told(stage: Playground, url: str, audited: Callable[[], list[Row]], way: str) -> None:
    """Found or not, cached or not, refused or not: one sentence; and when the audit is back, so is the answer."""
    deed, expected = WAYS[way]
    with no_audit(url), capture_logs() as logs:
        seen = deed(stage)
        assert NOT_AUDITED in seen
        assert not any(secret in seen for secret in SECRETS)
        assert ready(stage) == 503
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["not_audited"]
    assert audited() == []
    assert ready(stage) == 200
    assert NOT_AUDITED not in deed(stage)
    assert brief(audited()) == expected


def ready(stage: Playground) -> int:
    """What an orchestrator hears."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{stage.bot.port}/readyz") as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_database_that_is_locked_half_way_shows_nothing_and_then_what_was_recorded(
    stage: Playground, folder: Path, audited: Callable[[], list[Row]]
) -> None:
    """The command was taken, the log is there, and no row can be written: nothing leaves until one can."""
    calls, before = stage.alibaba.calls(), len(stage.slack.answers(AUDITOR, HERE))
    request_id = case("denied-control-policy").request_id
    stage.alibaba.fault(delay_s=1.0, times=1)
    stage.slack.user(AUDITOR).types(f"/requestlog {request_id}", channel=HERE)
    stage.slack.wait_for(lambda: stage.alibaba.calls() > calls, 10)
    with closing(sqlite3.connect(folder / "requestlog.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with suppress(TimeoutError):
            stage.slack.wait_for(lambda: len(stage.slack.answers(AUDITOR, HERE)) > before, 4)
        seen = " ".join(said(each) for each in stage.slack.answers(AUDITOR, HERE)[before:])
        assert not any(secret in seen for secret in SECRETS)
        other.execute("ROLLBACK")
    answer = said(newest(stage, AUDITOR, before))
    rows = [row for row in audited() if row.subject == request_id]
    assert NOT_AUDITED in answer or len(rows) == 1


def test_a_row_tells_the_steps_and_nothing_that_a_person_wrote(stage: Playground, audited: Callable[[], list[Row]]) -> None:
    typed(f"why did my canary-4711 fail? RequestId: {SAMPLE}", AUDITOR)(stage)
    (row,) = audited()
    assert row.said[5:10] == [row.command, row.actor, "lookup", SAMPLE, HERE]
    assert row.said[10:12] == ["auditor", "direct"]
    upstream = row.said[14]
    steps = row.said[17]["steps"]
    assert [step[:2] + step[3:4] for step in steps] == [["own", "auditor", "not_found"], ["account", "auditor", "found"]]
    assert steps[-1][-1] == upstream
    assert "canary" not in row.body


def test_what_the_cache_answers_is_recorded_again(stage: Playground, audited: Callable[[], list[Row]]) -> None:
    typed(SAMPLE)(stage)
    calls = stage.alibaba.calls()
    typed(SAMPLE)(stage)
    assert stage.alibaba.calls() == calls
    first, second = audited()
    assert first.said[10:] == second.said[10:]
    assert first.command != second.command


def test_the_inner_call_that_is_looked_up_along_has_a_row_of_its_own(
    stage: Playground, audited: Callable[[], list[Row]]
) -> None:
    asks(stage, ALICE, "nested-error")
    subjects = [row.subject for row in audited()]
    assert subjects[0] == case("nested-error").request_id
    assert len(set(subjects)) == 2


class TestButtons:
    """Each click looks the request up again; what is posted for others is a row of its own."""

    @pytest.fixture
    def press(self, stage: Playground, audited: Callable[[], list[Row]]) -> Callable[[str], View]:
        """Press a button of alice's card; the modal that it opens."""
        message = asks(stage, ALICE, "denied-implicit")
        audited()
        return lambda action: presses(stage, ALICE, message, action)

    def test_a_modal_that_opens(self, audited: Callable[[], list[Row]], press: Callable[[str], View]) -> None:
        press("card_parameters")
        assert brief(audited()) == [("lookup", DENIED, "alice", "found")]

    def test_what_cannot_be_recorded_is_not_shown_in_a_modal(self, url: str, press: Callable[[str], View]) -> None:
        with no_audit(url):
            seen = said(press("card_response"))
        assert NOT_AUDITED in seen
        assert not any(secret in seen for secret in SECRETS)

    def test_sharing(self, stage: Playground, audited: Callable[[], list[Row]], press: Callable[[str], View]) -> None:
        view = press("card_share")
        audited()
        before = len(stage.slack.answers(BOB, HERE))
        stage.slack.user(ALICE).submits(view, {"share_masks": ["accounts"]})
        newest(stage, BOB, before)
        looked, shared = audited()
        assert brief([looked, shared]) == [("lookup", DENIED, "alice", "found"), ("share", DENIED, None, "allowed")]
        assert shared.said[-1] == {"masks": ["accounts"], "shown_to": HERE}

    def test_what_cannot_be_recorded_is_not_shared(self, stage: Playground, url: str, press: Callable[[str], View]) -> None:
        view = press("card_share")
        before = len(stage.slack.answers(BOB, HERE))
        with no_audit(url):
            stage.slack.user(ALICE).submits(view)
            says(stage.slack, ALICE, NOT_AUDITED)
        assert len(stage.slack.answers(BOB, HERE)) == before

    def test_keeping(self, stage: Playground, audited: Callable[[], list[Row]], press: Callable[[str], View]) -> None:
        view = press("card_share")
        audited()
        stage.slack.user(ALICE).clicks(view, "share_keep")
        stage.slack.wait_for(lambda: stage.slack.workspace.files, 10)
        assert [row.action for row in audited()] == ["lookup", "keep"]


class TestPermissions:
    def test_asking_and_deciding(self, stage: Playground, audited: Callable[[], list[Row]]) -> None:
        request = asked(stage.slack, ALICE, DENIED)
        *_, asking = audited()
        assert brief([asking]) == [("permission.asked", DENIED, None, "sent")]
        assert asking.said[-1] == {"action": "ecs:RunInstances", "shown_to": ADMINS}
        answered(stage.slack, ALICE, ADMINS, lambda: stage.slack.user(ALICE).clicks(request, "permission_granted"))
        answered(stage.slack, ALICE, DIRECT, lambda: stage.slack.user(BOB).clicks(request, "permission_granted"))
        refused, granted = audited()
        assert brief([refused, granted]) == [
            ("permission.decided", DENIED, None, "not_decider"),
            ("permission.decided", DENIED, None, "granted"),
        ]
        assert (refused.actor, granted.actor) == (f"/T0REQLOG1/{ALICE}", f"/T0REQLOG1/{BOB}")
        assert granted.said[-1]["owner"] == f"/T0REQLOG1/{ALICE}"

    def test_what_cannot_be_recorded_is_neither_sent_nor_decided(
        self, stage: Playground, url: str, audited: Callable[[], list[Row]]
    ) -> None:
        denied = case("denied-explicit").request_id
        view = form(stage.slack, ALICE, card(stage.slack, ALICE, denied))
        before = len(stage.slack.answers(BOB, ADMINS))
        with no_audit(url):
            stage.slack.user(ALICE).submits(view, {"reason.value": "x", "wish.value": "7d"})
            says(stage.slack, ALICE, NOT_AUDITED)
        assert len(stage.slack.answers(BOB, ADMINS)) == before
        request = asked(stage.slack, ALICE, denied)
        audited()
        with no_audit(url):
            told = answered(stage.slack, BOB, ADMINS, lambda: stage.slack.user(BOB).clicks(request, "permission_granted"))
            assert NOT_AUDITED in said(told)
        assert audited() == []
        answered(stage.slack, ALICE, DIRECT, lambda: declines(stage.slack, BOB, request))
        assert brief(audited()) == [("permission.decided", denied, None, "declined")]
