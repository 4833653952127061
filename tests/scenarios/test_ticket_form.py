"""The form behind the ticket's button: filled as the answer was, answered in the modal, mended when something is wrong."""

import urllib.request
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from tests.scenarios.ticket_steps import MEMBER, OTHER_MEMBER, PEOPLE, STRANGER, after, answered, asked, button, form_of, words


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    for user in PEOPLE:
        playground.slack.workspace.set_stack(user, [])
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


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
    with urllib.request.urlopen(url) as page:
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
