"""Settings that cannot work: all of them are told before the bot starts, each with its name or path and what to do."""

import os
import stat
from pathlib import Path

import pytest

from bot.cli.checks import checked_settings, serves_nobody
from bot.settings import Environment, SettingsError, read_settings
from bot.store.sealing import new_key
from tests.cli.running import requestlog

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:1/"}


def test_all_wrong_settings_are_told_at_once_each_with_its_name_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "identities.toml").write_text('[[people]]\nteam = "T1"\nuser = "joe"\n')
    wrong = {
        "REQUESTLOG_IDENTITIES": str(tmp_path / "identities.toml"),
        "REQUESTLOG_OVERRIDES": str(tmp_path / "missing"),
        "REQUESTLOG_KEY": "too-short",
        "REQUESTLOG_SLS_PAGE": "https://evil.example/",
        "REQUESTLOG_DATA_DIR": str(tmp_path / "file"),
        "REQUESTLOG_DEADLINE": "soon",
        "REQUESTLOG_OWNR": "U0ALICE",
    }
    run = requestlog("run", env=wrong)
    said = run.stderr.splitlines()
    assert run.returncode == 2
    for part in (
        "Identities file, ",
        f"REQUESTLOG_OVERRIDES: {tmp_path / 'missing'} is no folder",
        "REQUESTLOG_KEY must hold keys",
    ):
        assert any(line.startswith(part) for line in said), (part, said)
    for part in ("SLACK_BOT_TOKEN is not set", "REQUESTLOG_DATA_DIR: ", "REQUESTLOG_DEADLINE must be a number"):
        assert any(line.startswith(part) for line in said), (part, said)
    assert "REQUESTLOG_OWNR is no setting; REQUESTLOG_OWNER is meant, it seems." in said
    assert "too-short" not in run.stderr


def test_a_page_that_may_not_be_opened_and_a_missing_identities_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        checked_settings(
            Environment({**SLACK, "REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_SLS_PAGE": "https://evil.example/"})
        )
    assert [reason.split()[0] for reason in caught.value.reasons] == ["REQUESTLOG_SLS_PAGE"]
    with pytest.raises(SettingsError, match=r"REQUESTLOG_IDENTITIES: /nowhere\.toml cannot be read"):
        checked_settings(Environment({**SLACK, "REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_IDENTITIES": "/nowhere.toml"}))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("REQUESTLOG_IDENTITES", "REQUESTLOG_IDENTITIES"),
        ("REQUESTLOG_KEYS_FILE", "REQUESTLOG_KEY"),
        ("REQUESTLOG_DATADIR", "REQUESTLOG_DATA_DIR"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRETS", "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_mistyped_name_is_told_with_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is no setting; {meant} is meant"):
        read_settings(Environment({name: "/dev/null" if name.endswith("_FILE") else "x"}))


@pytest.mark.parametrize(
    "name",
    [
        *("REQUESTLOG_SERVICE_HOST", "REQUESTLOG_PORT_3000_TCP", "REQUESTLOG_ALICE_ACCESS_KEY_ID", "SLACK_WEBHOOK_URL"),
        *("SLACK_CLIENT_SECRET", "REQUESTLOGS", "SLACK_CHANNEL"),
    ],
)
def test_names_of_others_are_left_alone(name: str) -> None:
    read_settings(Environment({name: "x"}))


def test_another_key_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    """Exit 1 before anything listens, and in the doctor too."""
    environment = {**SLACK, "REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_OWNER": "U0ALICE"}
    first = requestlog("feedback", env={**environment, "REQUESTLOG_KEY": new_key()})
    assert first.returncode == 0
    for command in ("run", "feedback"):
        run = requestlog(command, env={**environment, "REQUESTLOG_KEY": new_key()})
        assert run.returncode == 1
        assert run.stderr.count("The database was written with another key than REQUESTLOG_KEY holds.") == 1
        assert "Traceback" not in run.stderr
    run = requestlog("doctor", env={**environment, "REQUESTLOG_KEY": new_key()})
    assert run.returncode == 1
    assert "another key" in " ".join(run.stdout.split())


def test_the_doctor_fails_where_something_needed_is_missing() -> None:
    run = requestlog("doctor", env={"SLACK_SIGNING_SECRET": "s", "REQUESTLOG_OVERRIDES": "/nowhere", "REQUESTLOG_KEY": "short"})
    told = " ".join(run.stdout.split())
    assert run.returncode == 1
    for part in ("SLACK_BOT_TOKEN is not set", "/nowhere is no folder", "REQUESTLOG_KEY must hold keys"):
        assert part in told


def test_a_data_folder_is_made_for_its_owner_alone_and_another_one_is_told(tmp_path: Path) -> None:
    made, open_to_others = tmp_path / "made", tmp_path / "open"
    open_to_others.mkdir(mode=0o755)
    open_to_others.chmod(0o755)
    requestlog("feedback", env={**SLACK, "REQUESTLOG_DATA_DIR": str(made)})
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in made.iterdir()} == {0o600}
    run = requestlog("doctor", env={"REQUESTLOG_DATA_DIR": str(open_to_others), "HOME": os.devnull})
    assert "others may enter" in " ".join(run.stdout.split())


def test_the_identities_file_is_read_once_from_the_check_to_the_bot(tmp_path: Path) -> None:
    file = tmp_path / "identities.toml"
    file.write_text('[[people]]\nteam = "T1"\nuser = "U1"\n')
    settings, watched = checked_settings(
        Environment({**SLACK, "REQUESTLOG_DATA_DIR": str(tmp_path), "REQUESTLOG_IDENTITIES": str(file)})
    )
    file.unlink()
    assert not serves_nobody(settings, watched)
