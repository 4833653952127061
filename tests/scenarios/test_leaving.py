"""Somebody leaves, or the app is taken away: what is kept of them goes, the audit stays."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, union_all

from bot.blocks.account import CHOOSE_LANGUAGE
from bot.identity.person import Person
from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import View
from bot.store.chain import Row
from bot.store.database import Database
from bot.store.retention import OWNED
from bot.store.sealing import Keyring
from bot.store.verification import verify
from tests.scenarios.stage import asks

SAMPLE = case("sample").request_id


class Kept:
    """What stands in the bot's database."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def of(self, user: str) -> int:
        """How many rows of a person."""
        owner = Person(user, "T0REQLOG1").key
        rows = union_all(*(select(table.c.owner) for table in OWNED))
        return self._database.read(lambda connection: [*connection.execute(rows).scalars()].count(owner))

    def audited(self) -> list[tuple[str, str, object]]:
        """What the audit says of people who left and of the app, and that the chain is whole."""
        rows: list[Row] = []
        assert verify(self._database, self._keyring, each=rows.append).kind is None
        return [(row.action, row.subject, row.said[-1]["rows"]) for row in rows if row.action in {"purge", "uninstall"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bot"


@pytest.fixture
def stage(folder: Path) -> Iterator[Playground]:
    with Playground(more={"REQUESTLOG_DATA_DIR": str(folder)}) as running:
        yield running
        assert running.slack.breaches == []


@pytest.fixture
def kept(stage: Playground, folder: Path) -> Iterator[Kept]:
    assert stage.bot.waiting == 0
    with closing(Database(f"sqlite:///{folder}/requestlog.sqlite")) as database:
        yield Kept(database, Keyring.from_file(folder / "sealing.key"))


def home(stage: Playground, user: str) -> View:
    before = stage.slack.home(user)
    stage.slack.user(user).opens_home()
    view = stage.slack.wait_for(lambda: (now := stage.slack.home(user)) is not before and now)
    assert view
    return view


def forgotten(stage: Playground, kept: Kept, user: str, rows: int) -> None:
    """A person is deactivated, and the audit says how many rows went."""
    assert stage.slack.deactivate(user)
    stage.slack.wait_for(lambda: ("purge", user, rows) in kept.audited())
    assert kept.of(user) == 0


def test_who_is_deactivated_leaves_nothing_but_the_audit(stage: Playground, kept: Kept) -> None:
    """In both languages: who comes back begins anew, in the language that Slack says."""
    slack = stage.slack
    slack.workspace.set_locale("U0BOB", "zh-CN")
    for user in ("U0ALICE", "U0BOB", "U0AUDITOR"):
        asks(stage, user, "sample")
    slack.user("U0ALICE").clicks(home(stage, "U0ALICE"), CHOOSE_LANGUAGE, "zh")
    slack.wait_for(lambda: (now := slack.home("U0ALICE")) is not None and "你的设置" in now.words)
    assert kept.of("U0ALICE") == 2
    assert slack.events.user_changed(slack.workspace.people["U0BOB"])
    forgotten(stage, kept, "U0ALICE", 2)
    forgotten(stage, kept, "U0BOB", 1)
    assert [subject for _, subject, _ in kept.audited()] == ["U0ALICE", "U0BOB"]
    assert kept.of("U0AUDITOR") == 1
    for user, none_yet in (("U0ALICE", "None yet"), ("U0BOB", "还没有")):
        slack.workspace.set_deleted(user, deleted=False)
        assert none_yet in home(stage, user).words


def test_without_the_scope_slack_says_nothing_of_people(stage: Playground) -> None:
    stage.slack.workspace.scopes -= {"users:read"}
    assert stage.slack.deactivate("U0ALICE") is None


@pytest.mark.parametrize("revoked_only", [False, True], ids=["uninstalled", "token revoked"])
def test_an_app_that_is_taken_away_leaves_nothing_but_the_audit(stage: Playground, kept: Kept, *, revoked_only: bool) -> None:
    for user in ("U0ALICE", "U0AUDITOR"):
        asks(stage, user, "sample")
    assert (kept.of("U0ALICE"), kept.of("U0AUDITOR")) == (1, 1)
    stage.slack.uninstall(revoked_only=revoked_only)
    stage.slack.wait_for(lambda: len(kept.audited()) == (1 if revoked_only else 2), 10)
    assert kept.audited() == [("uninstall", "T0REQLOG1", 2), ("uninstall", "T0REQLOG1", 0)][: 1 if revoked_only else 2]
    assert (kept.of("U0ALICE"), kept.of("U0AUDITOR")) == (0, 0)


def test_an_event_that_comes_after_the_app_was_installed_again_undoes_nothing(stage: Playground, kept: Kept) -> None:
    asks(stage, "U0ALICE", "sample")
    slack = stage.slack
    calls = len(slack.calls)
    slack.events.uninstalled()
    slack.events.tokens_revoked(oauth=["U0ALICE"])
    slack.wait_for(lambda: "auth.test" in [call.method for call in slack.calls[calls:]])
    slack.wait_for(lambda: stage.bot.waiting == 0)
    assert kept.of("U0ALICE") == 1
    assert kept.audited() == []


def test_while_slack_does_not_tell_whether_the_app_is_gone_it_is_asked_again(stage: Playground, kept: Kept) -> None:
    asks(stage, "U0ALICE", "sample")
    stage.slack.refuse("auth.test", "access_denied")
    stage.slack.uninstall(revoked_only=True)
    stage.slack.wait_for(lambda: kept.of("U0ALICE") == 0, 30)
    assert kept.audited() == [("uninstall", "T0REQLOG1", 1)]
