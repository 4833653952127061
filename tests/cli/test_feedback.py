from datetime import UTC, datetime
from pathlib import Path

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.people import FeedbackStore
from bot.store.sealing import open_keyring
from tests.cli.running import requestlog


def test_opinions_are_listed_the_wrong_ones_first(tmp_path: Path) -> None:
    here = {"REQUESTLOG_DATA_DIR": str(tmp_path)}
    assert requestlog("feedback", env=here).stdout == "Nobody has given an opinion yet.\n"
    database = Database(f"sqlite:///{tmp_path}/requestlog.sqlite")
    store = FeedbackStore(database, open_keyring(database, None, tmp_path / "sealing.key"))
    alice, now = Person("U0ALICE", "T1"), datetime.now(UTC)
    store.save_once("catalogue:a-fine-entry", alice, helpful=True, now=now)
    store.save_once("catalogue:throttling-user", alice, helpful=False, now=now)
    store.comment("catalogue:throttling-user", "The limit is 100 now.", "c1", now)
    database.close()
    listed = requestlog("feedback", env=here)
    assert listed.returncode == 0
    assert [line.split() for line in listed.stdout.splitlines()] == [
        ["helpful", "wrong", "entry"],
        ["0", "1", "catalogue:throttling-user"],
        ["1", "0", "catalogue:a-fine-entry"],
        [],
        ["when", "entry", "what", "is", "wrong"],
        [f"{now:%Y-%m-%d}", "catalogue:throttling-user", *["The", "limit", "is", "100", "now."]],
    ]


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = requestlog("feedback", env={"REQUESTLOG_DATA_DIR": str(tmp_path / "file")})
    assert ended.returncode == 2
    assert "REQUESTLOG_DATA_DIR" in ended.stderr
    assert "Traceback" not in ended.stderr
