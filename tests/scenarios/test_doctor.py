"""/requestlog doctor in Slack, and ``requestlog doctor`` in a terminal: what works, what does not, what cannot be known."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from bot.app.parts import now
from bot.handlers.doctor import Examination
from bot.handlers.people import FRESH_S
from bot.playground import Playground
from bot.playground.alibaba import PEOPLE, AlibabaStandIn
from bot.playground.slack import Message
from tests.approval import Transcript
from tests.cli.running import requestlog

TRANSCRIPT = Transcript("account", "doctor")
KEYS = {person.name: Credential(person.access_key_id, person.secret) for person in PEOPLE}


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def checked(stage: Playground, user: str, lang: str = "en") -> Message:
    """The answer to the sub-command."""
    locale = "zh-CN" if lang == "zh" else "en-US"
    if stage.slack.workspace.people[user].locale != locale:
        stage.slack.workspace.set_locale(user, locale)
        time.sleep(FRESH_S + 0.1)  # the bot remembers a profile for that long
    before = len(stage.slack.answers(user))
    stage.slack.user(user).types("/requestlog doctor")
    stage.slack.wait_for(lambda: len(stage.slack.answers(user)) > before, 20)
    return stage.slack.answers(user)[-1]


def said(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def in_terminal(stage: Playground, name: str, lang: str = "en", **more: str) -> subprocess.CompletedProcess[str]:
    """``requestlog doctor`` with somebody's credential as the bot's own."""
    key = KEYS[name]
    environment = {
        "COLUMNS": "250",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.access_key_secret,
        "REQUESTLOG_OWNER": "U0ALICE",
        **stage.alibaba.endpoint_variables(),
        **more,
    }
    return requestlog("doctor", "--lang", lang, env=environment)


@pytest.mark.parametrize(("user", "name"), [("U0ALICE", "alice"), ("U0AUDITOR", "auditor")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_right_is_told(playground: Playground, user: str, name: str, lang: str) -> None:
    answer = checked(playground, user, lang)
    assert answer.visible_to == user
    TRANSCRIPT.approve(name, lang, answer, blocks="doctor" if name == "alice" else "")


def test_no_check_makes_a_ticket(playground: Playground) -> None:
    """The auditor may have one; the probe comes without a language, which the service refuses."""
    before = playground.alibaba.calls("GetLogTicket")
    shown = said(checked(playground, "U0AUDITOR"))
    assert playground.alibaba.calls("GetLogTicket") == before + 1
    assert "not checked: only a try that makes a ticket would tell" in shown


def test_somebody_without_identity_hears_the_next_step(playground: Playground) -> None:
    assert "/requestlog link" in said(checked(playground, "U0NOBODY"))


def test_a_dead_service_is_told_as_such(playground: Playground) -> None:
    playground.alibaba.fault(status=500, code="InternalError", times=20)
    answer = checked(playground, "U0ALICE")
    assert "❌" in said(answer)
    assert "Something is in the way" in answer.text


@pytest.fixture
def examination(alibaba: AlibabaStandIn) -> Iterator[Examination]:
    with closing(Transport()) as transport:
        yield Examination(Client(transport, Endpoints(*[alibaba.url] * 5)), "cn-hangzhou", now)


def test_a_denial_that_comes_first_decides_about_the_ticket(examination: Examination, alibaba: AlibabaStandIn) -> None:
    alibaba.fault(status=403, code="NoPermission", times=1)
    right = examination.ticket(KEYS["alice"])
    assert (right.verdict, right.action, right.code) == ("missing", "yundun-sas:GetLogTicket", "NoPermission")


def test_any_other_refusal_decides_nothing_about_the_ticket(examination: Examination) -> None:
    assert [examination.ticket(KEYS[name]).verdict for name in ("alice", "auditor")] == ["unchecked", "unchecked"]


def test_a_key_that_is_not_known_ends_the_examination(examination: Examination) -> None:
    rights = examination.of(Credential("LTAI5tNobody", "secret"), "en")
    assert [(right.operation, right.verdict, right.ok) for right in rights] == [("GetCallerIdentity", "credential", False)]


def test_the_terminal_says_the_same(playground: Playground) -> None:
    run = in_terminal(playground, "auditor", REQUESTLOG_SLS_PAGE=playground.alibaba.console_page)
    assert (run.returncode, run.stderr) == (0, "")
    for part in ("RAM user auditor", "not checked: only a try that makes a ticket", "the page that log tickets open is set"):
        assert part in " ".join(run.stdout.split())
    assert "没有权限" in in_terminal(playground, "alice", "zh").stdout


def test_a_page_of_somebody_else_fails_the_check(playground: Playground) -> None:
    run = in_terminal(playground, "auditor", REQUESTLOG_SLS_PAGE="https://evil.example/x")
    assert run.returncode == 1
    assert "must be https on sls.console.aliyun.com" in " ".join(run.stdout.split())
    assert run.stderr.count("\n") == 1
