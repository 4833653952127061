"""/requestlog ticket in the playground: the auditor may, alice may not, and nobody else ever sees the link."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from bot.playground import Playground
from bot.playground.alibaba import AlibabaStandIn
from tests.approval import approve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.playground.slack import Message, SlackStandIn, View

HERE = "C0INCIDENT"
MEMBER, OTHER_MEMBER, STRANGER = "1733260000000001", "1733260000000002", "1733260000000009"
IDENTITIES = """
[[people]]
team = "T0REQLOG1"
user = "U0AUDITOR"
identities = [{ credential = { env = "ALICE" } }, { credential = { env = "AUDITOR" } }]

[[accounts]]
id = "1973374733454118"
site = "international"
role_arn = "acs:ram::1973374733454118:role/requestlog-reader"
sls_page = "PAGE"

[[channels]]
team = "T0REQLOG1"
channel = "C0PUBLIC"
view = "own"

[[channels]]
team = "T0REQLOG1"
channel = "G0PRIVATE"
view = "none"
"""
NOT_ACTIVATED, MISMATCHING = "1733260000000404", "1733260000000400"
PEOPLE = ("U0ALICE", "U0BOB", "U0AUDITOR", "U0NOBODY")


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    for user in PEOPLE:
        playground.slack.workspace.set_stack(user, [])
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def asked(stage: Playground, text: str, user: str = "U0AUDITOR", channel: str = HERE) -> Message:
    """The bot's answer to a typed command."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog ticket {text}".strip(), channel)
    return answered(stage, before, user, channel)


def answered(stage: Playground, before: int, user: str = "U0AUDITOR", channel: str = HERE) -> Message:
    """The answer beyond those that there were."""
    stage.slack.wait_for(lambda: len(stage.slack.answers(user, channel)) > before, 10)
    return stage.slack.answers(user, channel)[-1]


def words(blocks: object) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def button(blocks: Iterable[dict[str, Any]], action: str) -> dict[str, Any]:
    found = [each for block in blocks for each in block.get("elements", []) if each.get("action_id") == action]
    return dict(found[0]) if found else {}


def form_of(slack: SlackStandIn, user: str = "U0AUDITOR") -> View:
    """The open form."""
    view = slack.wait_for(lambda: slack.modal(user))
    assert view is not None
    assert view.content["callback_id"] == "ticket_form"
    return view


def after(slack: SlackStandIn, view: View, user: str = "U0AUDITOR") -> View:
    """The modal once the answer is in it."""

    def result() -> View | None:
        now = slack.modal(user)
        waiting = now is None or now.hash == view.hash or any(word in now.words for word in ("Asking Security", "正在向"))
        return None if waiting else now

    found = slack.wait_for(result, 10)
    assert found is not None
    return found


def masked(content: dict[str, Any], stage: Playground) -> dict[str, Any]:
    """Without what differs from run to run."""
    text = json.dumps(content, ensure_ascii=False).replace(stage.alibaba.url, "https://console.example")
    text = re.sub(r"eyJ[\w.-]+", "TICKET", text)
    text = re.sub(r"[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}", "REQUEST-ID", text)
    shown: dict[str, Any] = json.loads(re.sub(r"((?:Reference|参考号)[ ：:]*)[0-9A-F]{8}", r"\1REFERENCE", text))
    return shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_auditor_gets_a_button_that_opens_the_console(playground: Playground, lang: str) -> None:
    answer = asked(playground, f"cn-hangzhou {lang}")
    url = button(answer.blocks, "ticket_open")["url"]
    with urllib.request.urlopen(url) as page:  # noqa: S310 - the stand-in's own page on loopback
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
    assert "covers all of the service" in shown
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


def test_the_form_has_the_four_fields_as_they_were_and_answers_in_the_modal(playground: Playground) -> None:
    slack = playground.slack
    answer = asked(playground, f"ap-southeast-1 zh {MEMBER}")
    others = len(slack.answers("U0AUDITOR"))
    slack.user("U0AUDITOR").clicks(answer, "ticket_change")
    form = form_of(slack)
    assert [block["block_id"] for block in form.blocks if block["type"] == "input"] == ["hub", "language", "member", "data"]
    assert MEMBER in words(form.blocks)
    slack.user("U0AUDITOR").submits(form, {"hub": "cn-hangzhou", "language": "en", "member": "", "data": OTHER_MEMBER})
    result = after(slack, form)
    url = button(result.blocks, "ticket_open")["url"]
    with urllib.request.urlopen(url) as page:  # noqa: S310 - the stand-in's own page on loopback
        assert 'data-ticket="known"' in page.read().decode()
    assert f"account {OTHER_MEMBER}" in words(result.blocks)
    assert len(slack.answers("U0AUDITOR")) == others
    slack.user("U0AUDITOR").clicks(result, "ticket_open")
    assert f"account {OTHER_MEMBER}" in words(asked(playground, "").blocks)


def test_a_wrong_number_is_told_beside_its_field(playground: Playground) -> None:
    slack = playground.slack
    slack.user("U0AUDITOR").clicks(asked(playground, "en cn-hangzhou"), "ticket_change")
    slack.user("U0AUDITOR").submits(form_of(slack), {"member": "me", "data": "17"})
    view = slack.modal("U0AUDITOR")
    assert view is not None
    assert list(view.errors) == ["member"]


def test_a_member_that_is_refused_leaves_the_form_open_with_the_reason(playground: Playground) -> None:
    slack = playground.slack
    slack.user("U0AUDITOR").clicks(asked(playground, "en cn-hangzhou"), "ticket_change")
    form = form_of(slack)
    slack.user("U0AUDITOR").submits(form, {"member": STRANGER})
    again = after(slack, form)
    assert again.content["callback_id"] == "ticket_form"
    assert f"member account {STRANGER}" in again.words
    slack.user("U0AUDITOR").submits(again, {"member": MEMBER})
    assert f"member account {MEMBER}" in words(after(slack, again).blocks)


def test_a_denial_is_explained_in_the_modal_too(playground: Playground) -> None:
    slack = playground.slack
    slack.user("U0ALICE").clicks(asked(playground, "en", "U0ALICE"), "ticket_change")
    form = form_of(slack, "U0ALICE")
    slack.user("U0ALICE").submits(form, {"hub": "ap-southeast-1"})
    assert "acs:yundun-sas:*:1973374733454118:*" in words(after(slack, form, "U0ALICE").blocks)


def test_a_form_that_was_closed_is_answered_beside_it(playground: Playground) -> None:
    slack = playground.slack
    playground.alibaba.fault(delay_s=0.3, times=4)
    slack.user("U0AUDITOR").clicks(asked(playground, "en cn-hangzhou"), "ticket_change")
    form = form_of(slack)
    before = len(slack.answers("U0AUDITOR"))
    slack.user("U0AUDITOR").submits(form)
    waiting = slack.modal("U0AUDITOR")
    assert waiting is not None
    slack.user("U0AUDITOR").closes(waiting)
    answer = answered(playground, before)
    assert answer.visible_to == "U0AUDITOR"
    assert button(answer.blocks, "ticket_open")


def test_a_form_that_cannot_be_opened_is_told(playground: Playground) -> None:
    answer = asked(playground, "en cn-hangzhou")
    before = len(playground.slack.answers("U0AUDITOR"))
    playground.slack.refuse("views.open", "trigger_expired")
    playground.slack.user("U0AUDITOR").clicks(answer, "ticket_change")
    assert "three seconds" in answered(playground, before).text


def test_the_mention_in_a_thread_answers_there_and_privately(playground: Playground) -> None:
    root = playground.slack.sees("U0AUDITOR")[0]
    before = len(playground.slack.answers("U0AUDITOR"))
    playground.slack.user("U0AUDITOR").mentions("ticket cn-hangzhou en", thread=root)
    answer = answered(playground, before)
    assert answer.visible_to == "U0AUDITOR"
    assert answer.thread_ts == root.ts


def test_without_a_page_nothing_is_fetched_and_the_way_to_set_one_is_told() -> None:
    for page, part in (("", "No console page is set"), ("https://evil.example/sls", "cannot be used")):
        with Playground(more={"REQUESTLOG_SLS_PAGE": page}) as stage:
            answer = asked(stage, "")
            assert part in words(answer.blocks)
            assert "REQUESTLOG_SLS_PAGE=" in words(answer.blocks)
            assert "sls_page = " in words(answer.blocks)
            assert stage.alibaba.calls("GetLogTicket") == 0
            assert stage.slack.breaches == []


def test_a_ticket_too_long_for_a_button_has_its_sentence() -> None:
    with Playground(more={"REQUESTLOG_SLS_PAGE": "https://sls.console.aliyun.com/x?y=" + "z" * 3000}) as stage:
        assert "longer than the 3,000 characters" in asked(stage, "").text
        assert stage.slack.breaches == []


def test_it_works_in_socket_mode_and_in_chinese() -> None:
    with Playground(socket_mode=True, more={"REQUESTLOG_LANG": "zh"}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN")
        stage.slack.wait_for(lambda: stage.slack.bot_is_there, 10)
        answer = asked(stage, "国内")
        assert "不要转发" in words(answer.blocks)
        stage.slack.user("U0AUDITOR").clicks(answer, "ticket_change")
        form = form_of(stage.slack)
        assert "数据管理中心" in form.words
        stage.slack.user("U0AUDITOR").submits(form, {"hub": "ap-southeast-1"})
        assert "中国内地以外的资产" in words(after(stage.slack, form).blocks)
        assert stage.slack.breaches == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_messages_are_the_approved_ones(lang: str) -> None:
    with Playground(more={"REQUESTLOG_LANG": lang}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        cases = {"opened": f"ap-southeast-1 {MEMBER} {OTHER_MEMBER}", "member": STRANGER, "words": "cn-beijing"}
        for name, typed in cases.items():
            answer = asked(stage, typed)
            approve(f"ticket-{name}-{lang}", masked({"text": answer.text, "blocks": answer.blocks}, stage))
        stage.slack.user("U0AUDITOR").clicks(asked(stage, "cn-hangzhou"), "ticket_change")
        approve(f"ticket-form-{lang}", masked(form_of(stage.slack).content, stage))
    with Playground(more={"REQUESTLOG_LANG": lang, "REQUESTLOG_SLS_PAGE": ""}) as stage:
        stage.slack.workspace.set_locale("U0AUDITOR", "zh-CN" if lang == "zh" else "en-US")
        answer = asked(stage, "")
        approve(f"ticket-page-{lang}", masked({"text": answer.text, "blocks": answer.blocks}, stage))


@pytest.fixture(scope="module")
def own_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """An installation whose account has its own page and site, and where the auditor has alice's identity before theirs."""
    with AlibabaStandIn() as console:
        path = tmp_path_factory.mktemp("identities") / "identities.toml"
        path.write_text(IDENTITIES.replace("PAGE", f"{console.url}/console/own?slsRegion=ap-southeast-1"), "utf-8")
        with Playground(more={"REQUESTLOG_IDENTITIES": str(path)}) as stage:
            yield stage
            assert stage.slack.breaches == []


def test_the_accounts_own_page_and_site_go_before_the_installations(own_page: Playground) -> None:
    answer = asked(own_page, "")
    url = button(answer.blocks, "ticket_open")["url"]
    assert "/console/own?slsRegion=ap-southeast-1&sls_ticket=" in url
    assert "outside the Chinese mainland" in words(answer.blocks)


def test_the_identity_that_may_is_the_one_that_asks(own_page: Playground) -> None:
    shown = words(asked(own_page, "").blocks)
    assert "RAM user auditor" in shown
    assert "RAM user alice" not in shown


@pytest.mark.parametrize(("channel", "part"), [("C0PUBLIC", "your own calls only"), ("G0PRIVATE", "No logs are opened")])
def test_a_narrowed_channel_opens_no_logs(own_page: Playground, channel: str, part: str) -> None:
    before = own_page.alibaba.calls("GetLogTicket")
    answer = asked(own_page, "", channel=channel)
    assert part in answer.text
    assert not button(answer.blocks, "ticket_change")
    assert own_page.alibaba.calls("GetLogTicket") == before
