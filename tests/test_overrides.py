"""A team's own texts, from the folder to the card; and every mistake in them told before the bot starts."""

import json
from pathlib import Path

import pytest

from bot.app.parts import read_catalog
from bot.playground import Playground
from bot.playground.alibaba import case
from bot.settings import Environment, SettingsError, read_settings
from tests.answers import next_answer
from tests.cli.running import requestlog

HERE = "C0PUBLIC"
TEXTS = """
[[entry]]
codes = ["Throttling.User"]
runbook = "https://wiki.example.com/throttling"
[entry.en]
steps = ["Page the platform team: they hold the quota."]

[[entry]]
codes = ["Teapot.Unheard"]
retry = "never"
runbook = "https://help.aliyun.com/document_detail/1.html"
[entry.zh]
title = "茶壶拒绝煮咖啡"
cause = "这个服务是茶壶。"
steps = ["换一台咖啡机。"]
"""
MISTAKEN = """
[[entry]]
codes = ["Throttling"]
retry = "perhaps"

[[entry]]
codes = ["Acme.Unknown"]
retry = "wait"
"""


def card(stage: Playground, name: str) -> str:
    """The card of a case: its text and blocks as one searchable text."""
    slack = stage.slack
    before = len(slack.answers("U0ALICE", HERE))
    slack.user("U0ALICE").types(f"/requestlog {case(name).request_id}", channel=HERE)
    return json.dumps(next_answer(slack, "U0ALICE", before, HERE).blocks, ensure_ascii=False)


def test_a_team_s_steps_runbook_and_own_codes_stand_on_the_card(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").write_text(TEXTS, "utf-8")
    (tmp_path / "notes.txt").write_text("is left alone", "utf-8")
    with Playground(more={"REQUESTLOG_OVERRIDES": str(tmp_path)}) as stage:
        throttled = card(stage, "throttled")
        assert "Page the platform team" in throttled
        assert '"text": "https://wiki.example.com/throttling", "style": {"code": true}' in throttled
        assert '"url": "https://wiki' not in throttled
        own = card(stage, "unknown-code-silent")
        assert "茶壶" in own
        assert "换一台咖啡机" in own
        assert '"url": "https://help.aliyun.com/document_detail/1.html"' in own
        assert stage.slack.breaches == []


def test_every_mistake_of_every_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MISTAKEN, "utf-8")
    (tmp_path / "b.toml").write_text("[[entry]", "utf-8")
    settings = read_settings(Environment({"REQUESTLOG_OVERRIDES": str(tmp_path)}))
    with pytest.raises(SettingsError) as told:
        read_catalog(settings)
    said = "\n".join(told.value.reasons)
    for part in ("a.toml, entry 1 (Throttling)", "a.toml, entry 2 (Acme.Unknown)", "b.toml"):
        assert part in said


def test_the_command_line_tells_them_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MISTAKEN, "utf-8")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x", "REQUESTLOG_OWNER": "U0ALICE"}
    own = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x"}
    here = {"REQUESTLOG_OVERRIDES": str(tmp_path), "REQUESTLOG_DATA_DIR": str(tmp_path / "bot")}
    ended = requestlog("run", env={**tokens, **own, **here})
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2
    assert "Traceback" not in ended.stderr
