"""/requestlog ticket in the playground: the auditor may, alice may not, and nobody else ever sees the link."""

import urllib.request
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from tests.scenarios.ticket_steps import (
    MEMBER,
    MISMATCHING,
    NOT_ACTIVATED,
    OTHER_MEMBER,
    PEOPLE,
    STRANGER,
    answered,
    asked,
    button,
    words,
)


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    for user in PEOPLE:
        playground.slack.workspace.set_stack(user, [])
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_auditor_gets_a_button_that_opens_the_console(playground: Playground, lang: str) -> None:
    answer = asked(playground, f"cn-hangzhou {lang}")
    url = button(answer.blocks, "ticket_open")["url"]
    with urllib.request.urlopen(url) as page:
        assert 'data-ticket="known"' in page.read().decode()
    assert "isShare=true" in url
    for part in ("RAM user auditor", "1973374733454118", "cn-hangzhou", "your own account", "Do not pass this link on"):
        assert part in words(answer.blocks)
    playground.slack.user("U0AUDITOR").clicks(answer, "ticket_open")


def test_only_the_asker_sees_it(playground: Playground) -> None:
    others = {user: len(playground.slack.sees(user)) for user in PEOPLE if user != "U0AUDITOR"}
    answer = asked(playground, "")
    assert answer.visible_to == "U0AUDITOR"
    assert {user: len(playground.slack.sees(user)) for user in others} == others
    assert not [call for call in playground.slack.calls if call.method == "chat.postMessage"]


def test_each_ask_gives_a_fresh_ticket(playground: Playground) -> None:
    links = {button(asked(playground, "").blocks, "ticket_open")["url"] for _ in range(3)}
    assert len(links) == 3


def test_a_channel_without_the_bot_is_answered_privately_too(playground: Playground) -> None:
    assert asked(playground, "", channel="C0PUBLIC").visible_to == "U0AUDITOR"


def test_a_lost_response_url_leads_to_another_private_place_and_never_to_two(playground: Playground) -> None:
    playground.slack.refuse("response_url", "no_service")
    before = len(playground.slack.answers("U0AUDITOR"))
    answer = asked(playground, "")
    assert answer.visible_to == "U0AUDITOR"
    assert len(playground.slack.answers("U0AUDITOR")) == before + 1


@pytest.mark.parametrize("user", ["U0ALICE", "U0BOB"])
def test_who_has_no_right_gets_the_denial_explained_with_the_policy(playground: Playground, user: str) -> None:
    answer = asked(playground, "", user)
    shown = words(answer.blocks)
    assert "yundun-sas:GetLogTicket" in answer.text
    assert "acs:yundun-sas:*:1973374733454118:*" in shown
    assert "covers the service in account" in shown
    assert not button(answer.blocks, "ticket_open")


def test_nobody_who_is_not_linked_gets_one(playground: Playground) -> None:
    calls = playground.alibaba.calls("GetLogTicket")
    assert "U0NOBODY" in asked(playground, "", "U0NOBODY").text
    assert playground.alibaba.calls("GetLogTicket") == calls


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        (STRANGER, f"member account {STRANGER}"),
        (f"data={NOT_ACTIVATED}", "not activated"),
        (f"data={MISMATCHING}", "repeat of an earlier"),
        ("cn-beijing", "no hub of Security Center"),
        ("klingon", "neither a hub"),
        ("en zh", "one too many"),
        ("member=me", "not a UID"),
        ("member", "a value is missing"),
    ],
)
def test_each_mistake_has_its_own_sentence(playground: Playground, typed: str, part: str) -> None:
    assert part in asked(playground, typed).text


@pytest.mark.parametrize(
    ("status", "code", "part"),
    [
        (400, "Brand.New", "Brand.New, a code this bot does not know"),
        (400, "InvalidRegionId", "refuses the hub cn-hangzhou"),
        (400, "InvalidLogUserId", "as the account whose logs are read"),
        (400, "ServiceNotActivated", "not activated for this account"),
        (400, "IdempotentParameterMismatch", "run the command again"),
        (400, "InvalidVersion", "a fault of this bot"),
        (400, "Throttling.User", "is throttling"),
        (500, "InternalError", "an error of its own"),
        (403, "NoPermission", "Access denied"),
    ],
)
def test_each_refusal_has_its_own_sentence(playground: Playground, status: int, code: str, part: str) -> None:
    answers = playground.alibaba.calls("GetCallerIdentity")
    playground.alibaba.fault(status=status, code=code, times=8)
    answer = asked(playground, "cn-hangzhou en")
    assert part in answer.text
    assert playground.alibaba.calls("GetCallerIdentity") > answers


def test_a_member_is_shown_as_whose_perspective_it_is(playground: Playground) -> None:
    shown = words(asked(playground, f"ap-southeast-1 {MEMBER} {OTHER_MEMBER}").blocks)
    assert f"member account {MEMBER}" in shown
    assert f"account {OTHER_MEMBER}" in shown
    assert "outside the Chinese mainland" in shown


def test_what_worked_is_remembered_and_what_did_not_is_forgotten(playground: Playground) -> None:
    asked(playground, f"ap-southeast-1 zh {MEMBER}")
    asked(playground, STRANGER)
    shown = words(asked(playground, "").blocks)
    assert f"member account {MEMBER}" in shown
    assert "ap-southeast-1" in shown
    asked(playground, "cn-hangzhou en")
    shown = words(asked(playground, "").blocks)
    assert "your own account" in shown
    assert "cn-hangzhou" in shown


def test_the_mention_in_a_thread_answers_there_and_privately(playground: Playground) -> None:
    root = playground.slack.sees("U0AUDITOR")[0]
    before = len(playground.slack.answers("U0AUDITOR"))
    playground.slack.user("U0AUDITOR").mentions("ticket cn-hangzhou en", thread=root)
    answer = answered(playground, before)
    assert answer.visible_to == "U0AUDITOR"
    assert answer.thread_ts == root.ts
