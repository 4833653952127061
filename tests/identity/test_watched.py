"""The identities file as it changes: a good version is taken over whole, a bad one changes nothing and is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.identity.identities import Identities, IdentitiesError
from bot.identity.watched import WatchedIdentities

ALICE = '[[people]]\nteam = "T1"\nuser = "U0ALICE"\n'
BOB = '[[people]]\nteam = "T1"\nuser = "U0BOB"\n'


@dataclass
class Watch:
    """A file that is watched, and a clock that a test moves."""

    file: Path
    now: float = 0.0
    heard: list[list[str]] = field(default_factory=list)

    def begin(self, check: Callable[[Identities], list[str]] = lambda _identities: []) -> WatchedIdentities:
        watched = WatchedIdentities(self.file, check, lambda: self.now)
        watched.changed = self.heard.append
        return watched

    def writes(self, text: str, seconds: float = 10.0) -> None:
        self.file.write_text(text)
        self.now += seconds


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    file = tmp_path / "identities.toml"
    file.write_text(ALICE + BOB)
    return Watch(file)


def users(watched: WatchedIdentities) -> list[str]:
    return [person.user for person in watched.current().people]


def test_a_removed_person_is_gone_within_ten_seconds(watch: Watch) -> None:
    """S23."""
    watched = watch.begin()
    watch.writes(BOB, 9.9)
    assert users(watched) == ["U0ALICE", "U0BOB"]
    watch.now = 10.0
    assert users(watched) == ["U0BOB"]
    assert (watched.faults, watch.heard) == ([], [[]])


@pytest.mark.parametrize("bad", ["[[people]", '[[people]]\nuser = "U0ALICE"\n', ALICE + ALICE, "\udcff"])
def test_a_bad_version_leaves_the_last_good_one_and_is_told_once_and_logged_each_minute(watch: Watch, bad: str) -> None:
    watched = watch.begin()
    watch.file.write_bytes(bad.encode("utf-8", "surrogateescape"))
    with capture_logs() as logged:
        for _ in range(13):
            watch.now += 10
            assert users(watched) == ["U0ALICE", "U0BOB"]
    assert watched.faults
    assert watch.heard == [watched.faults]
    assert [(each["event"], each["log_level"]) for each in logged] == [("identities_not_taken_over", "error")] * 3
    watch.writes(ALICE)
    assert users(watched) == ["U0ALICE"]
    assert (watched.faults, watch.heard[-1]) == ([], [])


def test_a_file_that_went_away_and_came_back_is_no_new_version(watch: Watch) -> None:
    watched = watch.begin()
    watch.file.unlink()
    watch.now += 10
    assert users(watched) == ["U0ALICE", "U0BOB"]
    assert "cannot be read (No such file or directory)" in watched.faults[0]
    watch.writes(ALICE + BOB)
    assert users(watched) == ["U0ALICE", "U0BOB"]
    assert (watched.faults, len(watch.heard)) == ([], 1)


def test_a_version_is_checked_as_a_whole(watch: Watch) -> None:
    watched = watch.begin(lambda identities: [] if len(identities.people) > 1 else ["One person alone."])
    watch.writes(ALICE)
    assert users(watched) == ["U0ALICE", "U0BOB"]
    assert watched.faults == ["One person alone."]


def test_nothing_starts_with_a_file_that_cannot_be_used(watch: Watch) -> None:
    watch.file.write_text(ALICE + ALICE)
    with pytest.raises(IdentitiesError, match="Identities file, user U0ALICE is listed twice"):
        watch.begin()
