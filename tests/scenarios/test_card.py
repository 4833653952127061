"""The buttons under a card: user … bot …, pressed in messages and modals, by the asker and by others, early and late."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from tests.scenarios.stage import (
    HERE,
    actions_of,
    asks,
    card_in_modal,
    changes,
    clicks,
    close_all,
    delivered_again,
    newest,
    options_of,
    presses,
    said,
)

CHINESE = "U0AUDITOR"
ALL = ["card_share", "card_parameters", "card_response"]
MORE = ["card_reproduce", "card_ticket_text", "card_refresh"]


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()
    for user in ("U0ALICE", CHINESE):
        close_all(playground, user)


def test_a_card_has_its_buttons_and_their_values_are_ids_alone(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "denied-implicit")
    row = next(block for block in message.blocks if block["block_id"] == "card_actions")
    assert set(ALL) <= set(actions_of(message))
    ours = [element for element in row["elements"] if element["action_id"] in ALL]
    request_id = case("denied-implicit").request_id
    assert {element["value"] for element in ours} == {request_id}
    assert options_of(message)[:3] == [f"{action} {request_id}" for action in MORE]


def test_buttons_that_cannot_work_are_not_there(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "minimal")
    assert "card_parameters" not in actions_of(message)
    assert "card_response" not in actions_of(message)
    assert f"card_refresh {case('minimal').request_id}" in options_of(message)


def test_what_only_a_pasted_text_told_has_no_buttons(playground: Playground) -> None:
    before = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.user("U0ALICE").types("/requestlog ErrorCode: Throttling.User Message: Request was denied.")
    assert not {*ALL, "card_more"} & set(actions_of(newest(playground, "U0ALICE", before)))


def test_parameters_are_shown_without_secrets_and_without_undocumented_fields(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "parameters"), "card_parameters")
    assert "DBInstanceStorage" in said(view)
    for secret in ("Standin-P@ssw0rd-9", "tag-standin-pass-7", "standin0deep0secret", "standin-undocumented-field"):
        assert secret not in said(view)


def test_a_response_body_is_laid_out_and_masked(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "parameters"), "card_response")
    assert '\\"Code\\": \\"InvalidParameter\\"' in said(view)
    assert "P@ssw0rd" not in said(view)


@pytest.mark.parametrize("name", ["xml-body", "html-body"])
def test_markup_is_laid_out_too(playground: Playground, name: str) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", name), "card_response")
    assert "\\n  <" in said(view)


def test_a_body_of_200_kilobytes_is_turned_page_by_page(playground: Playground) -> None:
    first = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "huge-body"), "card_response")
    assert "Page 1 of" in said(first)
    assert actions_of(first) == ["details_next"]
    playground.slack.user("U0ALICE").clicks(first, "details_next")
    second = changes(playground, "U0ALICE", first)
    assert "Page 2 of" in said(second)
    assert actions_of(second) == ["details_previous", "details_next"]
    playground.slack.user("U0ALICE").clicks(second, "details_previous")
    assert "Page 1 of" in said(changes(playground, "U0ALICE", second))


def test_the_command_to_reproduce_has_placeholders_and_warns_of_writes(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "parameters"), "card_reproduce")
    assert "aliyun rds CreateDBInstance" in said(view)
    assert "--Password '<PASSWORD>'" in said(view)
    assert "does it again" in said(view)


def test_a_read_is_reproduced_without_a_warning(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "read-unavailable"), "card_reproduce")
    assert "⚠️" not in said(view)


@pytest.mark.parametrize("user", ["U0ALICE", CHINESE])
def test_the_support_text_speaks_both_languages_whoever_reads_it(playground: Playground, user: str) -> None:
    playground.slack.workspace.set_locale(CHINESE, "zh-CN")
    view = presses(playground, user, asks(playground, user, "sample"), "card_ticket_text")
    for part in (case("sample").request_id, "Error code:", "错误码：", "Done so far:", "已做的排查："):
        assert part in said(view)


def test_a_chinese_reader_gets_chinese_buttons_and_modals(playground: Playground) -> None:
    playground.slack.workspace.set_locale(CHINESE, "zh-CN")
    message = asks(playground, CHINESE, "sample")
    assert "请求参数" in said(message)
    view = presses(playground, CHINESE, message, "card_parameters")
    assert view.content["title"]["text"] == "请求参数"
    assert "只有你能看到" in said(view)


def test_refresh_puts_the_card_in_its_own_place(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "sample")
    count = len(playground.slack.sees("U0ALICE", HERE))
    clicks(playground, "U0ALICE", message, "card_refresh")

    def again() -> bool:
        return "Looked up again" in said(playground.slack.sees("U0ALICE", HERE)[-1])

    playground.slack.wait_for(again)
    assert len(playground.slack.sees("U0ALICE", HERE)) == count


def test_refresh_asks_past_the_cache(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "sample")
    playground.alibaba.fault(request_id=case("sample").request_id, status=503, code="ServiceUnavailable", times=9)
    clicks(playground, "U0ALICE", message, "card_refresh")
    playground.slack.wait_for(lambda: "could not be asked" in said(playground.slack.sees("U0ALICE", HERE)[-1]), timeout=12)


def test_a_button_pressed_twice_answers_twice(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "parameters")
    first = presses(playground, "U0ALICE", message, "card_parameters")
    assert said(presses(playground, "U0ALICE", message, "card_parameters")) == said(first)


def test_a_click_delivered_again_is_answered_once(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "parameters")
    presses(playground, "U0ALICE", message, "card_parameters")
    click = playground.slack.requests[-1]
    opened = len([call for call in playground.slack.calls if call.method == "views.open"])
    delivered_again(playground, click)
    presses(playground, "U0ALICE", message, "card_response")
    assert len([call for call in playground.slack.calls if call.method == "views.open"]) == opened + 1


def test_a_day_later_the_log_is_gone_and_the_modal_says_so(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "sample")
    gone = json.loads(json.dumps(list(message.blocks)).replace(case("sample").request_id, case("not-found").request_id))
    late = playground.slack.workspace.put(dataclasses.replace(message, blocks=tuple(gone)))
    view = presses(playground, "U0ALICE", late, "card_parameters")
    assert "No log found" in said(view)


def test_when_the_trigger_is_too_old_one_sentence_says_what_to_do(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "sample")
    playground.slack.refuse("views.open", "trigger_expired")
    before = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.user("U0ALICE").clicks(message, "card_parameters")
    assert "Press the button again" in said(newest(playground, "U0ALICE", before))


def test_a_modal_closed_before_it_was_filled_is_told_of(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "sample")
    playground.slack.refuse("views.update", "not_found")
    before = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.user("U0ALICE").clicks(message, "card_parameters")
    assert "You closed the dialog" in said(newest(playground, "U0ALICE", before))


def test_in_a_modal_the_details_lie_on_top_and_refresh_stays_in_it(playground: Playground) -> None:
    post = next(
        m for m in playground.slack.sees("U0ALICE", HERE) if case("denied-implicit").request_id.lower() in m.text.lower()
    )
    playground.slack.user("U0ALICE").chooses_shortcut("explain_requestids", post)
    shown = card_in_modal(playground, "U0ALICE")
    top = presses(playground, "U0ALICE", shown, "card_parameters")
    assert top.previous_view_id == shown.id
    playground.slack.user("U0ALICE").closes(top)
    clicks(playground, "U0ALICE", shown, "card_refresh")
    assert "Looked up again" in said(changes(playground, "U0ALICE", shown))


@pytest.mark.parametrize(
    "action", [{}, {"action_id": "card_parameters"}, {"action_id": "card_refresh", "value": 7}, {"action_id": "details_next"}]
)
def test_clicks_without_sense_break_nothing(playground: Playground, action: dict[str, object]) -> None:
    payload = {
        "type": "block_actions",
        "user": {"id": "U0ALICE", "team_id": "T0REQLOG1"},
        "team": {"id": "T0REQLOG1"},
        "container": None,
        "actions": [action] if action else [],
        "trigger_id": f"no.such.{len(action)}.{action.get('action_id')}",
    }
    request = playground.slack.delivery.interaction(payload)
    assert request.status is not None
    assert request.status < 500
    playground.slack.workspace.breaches.clear()  # the refusal itself is noted as one


def test_the_same_in_socket_mode() -> None:
    with Playground(socket_mode=True) as stage:
        stage.slack.wait_for(lambda: not stage.bot.lacking(), timeout=10)
        view = presses(stage, "U0ALICE", asks(stage, "U0ALICE", "parameters"), "card_parameters")
        assert "DBInstanceStorage" in said(view)
        assert stage.slack.breaches == []
