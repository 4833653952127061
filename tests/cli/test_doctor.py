"""``requestlog doctor``: what fails, and what is only said."""

from pathlib import Path

import pytest

from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.playground.alibaba import ALICE, AlibabaStandIn
from bot.playground.slack import SlackStandIn
from tests.cli.running import requestlog

CREDENTIAL = {"ALIBABA_CLOUD_ACCESS_KEY_ID": ALICE.access_key_id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ALICE.secret}


def test_who_uses_the_terminal_alone_need_serve_nobody(alibaba: AlibabaStandIn) -> None:
    run = requestlog("doctor", env={**alibaba.endpoint_variables(), **CREDENTIAL})
    assert (run.returncode, run.stderr) == (0, "")
    assert "Nobody is served" in run.stdout
    assert "❌" not in run.stdout


def test_a_bot_for_slack_that_serves_nobody_has_failed(alibaba: AlibabaStandIn) -> None:
    run = requestlog("doctor", env={**alibaba.endpoint_variables(), **CREDENTIAL, "SLACK_SIGNING_SECRET": "signing"})
    assert run.returncode == 1
    assert "❌  identities" in run.stdout


def test_a_credential_that_is_not_usable_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun/config.json").write_text("{")
    run = requestlog("doctor", env={"HOME": str(tmp_path)})
    assert run.returncode == 1
    assert "config.json cannot be read" in " ".join(run.stdout.split())


def test_a_mistake_in_the_overrides_is_told(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("[[entry]]\ncodes = 7\n")
    more = {"REQUESTLOG_OVERRIDES": str(tmp_path)}
    for command in (["doctor"], ["lookup", "123E4567-E89B-12D3-A456-426614174000"]):
        run = requestlog(*command, env={**alibaba.endpoint_variables(), **CREDENTIAL, **more})
        assert run.returncode in (1, 2)
        assert "REQUESTLOG_OVERRIDES" in run.stdout + run.stderr
        assert "Traceback" not in run.stderr


def test_a_pipe_gets_no_trailing_blanks(alibaba: AlibabaStandIn) -> None:
    lines = requestlog("doctor", env={**alibaba.endpoint_variables(), **CREDENTIAL}).stdout.splitlines()
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize(
    ("granted", "code", "line"),
    [
        ([*SCOPES, *OPTIONAL_SCOPES], 0, "✅  scopes"),
        (
            [*SCOPES, "users:read"],
            0,
            f"Optional, and not granted: {', '.join(OPTIONAL_SCOPES[:-1])}.",
        ),
        (SCOPES, 1, "Slack did not grant users:read"),
        ([*OPTIONAL_SCOPES, "commands"], 1, "❌  scopes"),
    ],
    ids=["all", "no optional one", "who is a guest is not known", "a needed one lacks"],
)
def test_what_slack_granted_is_held_against_the_manifest(
    alibaba: AlibabaStandIn, granted: list[str], code: int, line: str
) -> None:
    with SlackStandIn(scopes=granted) as slack:
        environment = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, "REQUESTLOG_OWNER": "U0ALICE"}
        environment |= {"SLACK_SIGNING_SECRET": "signing"}
        run = requestlog("doctor", env={**alibaba.endpoint_variables(), **CREDENTIAL, **environment})
    assert run.returncode == code
    assert line in " ".join(run.stdout.split()).replace("✅ ", "✅  ").replace("❌ ", "❌  ")
