"""``requestlog doctor``: what fails, and what is only said."""

from pathlib import Path

import pytest

from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.playground.alibaba import ALICE, BROKER, AlibabaStandIn
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


ACCOUNT = """[[people]]
team = "T0REQLOG1"
user = "U0ALICE"
[[people.principals]]
account = "1973374733454118"
type = "sub"
id = "241009849925897811"
[[groups]]
team = "T0REQLOG1"
group = "S0INCIDENT"
accounts = ["1973374733454118"]
[[accounts]]
id = "1973374733454118"
name = "prod"
role_arn = "acs:ram::1973374733454118:role/requestlog-reader"
credential = { env = "BROKER" }
"""
BASE = {"BROKER_ACCESS_KEY_ID": BROKER.access_key_id, "BROKER_ACCESS_KEY_SECRET": BROKER.secret}


def examined(alibaba: AlibabaStandIn, folder: Path, text: str = ACCOUNT, **more: str) -> tuple[int, str]:
    (folder / "identities.toml").write_text(text)
    named = {"REQUESTLOG_IDENTITIES": str(folder / "identities.toml"), **BASE, **CREDENTIAL, **more}
    run = requestlog("doctor", env={**alibaba.endpoint_variables(), **named})
    return run.returncode, " ".join(run.stdout.split())


def test_a_role_is_entered_looked_with_and_its_policies_told(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    code, said = examined(alibaba, tmp_path)
    assert "The bot enters acs:ram::1973374733454118:role/requestlog-reader." in said
    assert "✅ prod GetRequestLog allowed" in said
    assert "✅ prod LookupEvents allowed" in said
    assert '"Action":"sts:AssumeRole","Resource":["acs:ram::1973374733454118:role/requestlog-reader"]' in said.replace(" ", "")
    assert "No external_id is set" in said
    assert code == 0


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (("role/requestlog-reader", "role/requestlog-reader-ext"), "❌ prod STS does not let the bot into"),
        (("role/requestlog-reader", "role/nobody"), "❌ prod There is no role"),
        (("credential =", "duration_s = 7200\ncredential ="), "❌ prod STS does not take a field"),
        (('env = "BROKER"', 'env = "ALIBABA_CLOUD"'), "The bot's own identity is acs:ram::1973374733454118:user/alice"),
    ],
)
def test_what_keeps_the_bot_out_of_an_account_is_told(
    alibaba: AlibabaStandIn, tmp_path: Path, changed: tuple[str, str], line: str
) -> None:
    code, said = examined(alibaba, tmp_path, ACCOUNT.replace(*changed))
    assert line in said
    assert code == 1


def test_a_source_identity_that_is_refused_is_found_by_experiment(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    alibaba.set(source_identity="deny")
    try:
        required = examined(alibaba, tmp_path, ACCOUNT + 'source_identity = "require"\n')
        preferred = examined(alibaba, tmp_path, ACCOUNT + 'source_identity = "prefer"\n')
    finally:
        alibaba.set(source_identity="allow")
    assert "Without the SourceIdentity the role opens" in required[1]
    assert "sessions go without one" in preferred[1]
    assert (required[0], preferred[0]) == (1, 0)


def test_whether_slack_tells_who_is_in_a_group_is_told(alibaba: AlibabaStandIn, tmp_path: Path) -> None:
    with SlackStandIn(groups={"S0INCIDENT": ["U0AUDITOR"]}) as slack:
        token = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, "SLACK_SIGNING_SECRET": "signing"}
        _code, said = examined(alibaba, tmp_path, **token)
        code, unknown = examined(alibaba, tmp_path, ACCOUNT.replace("S0INCIDENT", "S0OTHER"), **token)
    assert "✅ S0INCIDENT Slack tells who is in this user group: 1 people" in said
    assert "❌ S0OTHER Slack does not tell who is in this user group (no_such_subteam)" in unknown
    assert code == 1
