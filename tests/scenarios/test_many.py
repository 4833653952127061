"""Many RequestIds at once: user … bot …, and a group's card on demand."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.alibaba.requestlogs import case_content
from bot.playground.alibaba.stock import NewLog
from bot.playground.slack import Message
from tests.scenarios.stage import HERE, actions_of, close_all, newest, presses, said

ALICE = "U0ALICE"
SAMPLE = case("sample").request_id


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()
    close_all(playground, ALICE)


def throttled(stage: Playground, count: int, owner: str = "alice") -> list[str]:
    """So many throttled calls of alice, one a minute."""
    found = []
    for number in range(count):
        log = case_content("throttled.json", datetime.now(UTC))["log"]
        assert isinstance(log, dict)
        log["basicInfo"].pop("logRequestId")
        log["basicInfo"]["sdkRequestTime"] = log["basicInfo"]["gatewayProcessTime"] = f"{{now-{number + 1}m}}"
        found.append(stage.alibaba.add_log(NewLog(owner=owner, log=log)))
    return found


def asks(stage: Playground, ids: list[str], user: str = ALICE, channel: str = HERE) -> Message:
    """The bot's answer to ids typed in one line."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {' '.join(ids)}", channel=channel)
    return newest(stage, user, before, channel)


def test_nine_ids_are_one_summary_led_by_what_they_have_in_common(playground: Playground) -> None:
    ids = [*throttled(playground, 7), case("succeeded").request_id, case("denied-implicit").request_id]
    answer = asks(playground, ids)
    assert answer.text == "7 of 9: Throttling.User, one caller"
    assert all(each in said(answer) for each in ids)
    kinds = [block["type"] for block in answer.blocks]
    assert [kind for kind in kinds if kind.startswith("data_")] == ["data_visualization", "data_table"]


@pytest.mark.parametrize(("user", "words"), [(ALICE, "When the calls were made"), ("U0BOB", "调用时间")])
def test_where_slack_takes_no_chart_text_stands_in_and_no_second_answer_pays_for_that(
    playground: Playground, user: str, words: str
) -> None:
    ids = throttled(playground, 4, "alice" if user == ALICE else "bob")
    asks(playground, ["settings", "en" if user == ALICE else "zh"], user=user)
    playground.slack.take_no_newer_blocks()
    before = len(playground.slack.calls)
    answers = [asks(playground, ids, user=user) for _ in range(2)]
    playground.slack.take_no_newer_blocks(refused=False)
    asks(playground, ["settings", "auto"], user=user)
    assert all(words in said(answer) and "├" in said(answer) for answer in answers)
    refused = [call for call in playground.slack.calls[before:] if call.error == "invalid_blocks"]
    assert len(refused) == (user == ALICE), "the workspace is remembered, whoever asks"


def test_in_a_modal_the_timeline_stands_in_fixed_width(playground: Playground) -> None:
    playground.slack.user("U0BOB").says(f"All failed: {' '.join(throttled(playground, 4))}")
    playground.slack.user(ALICE).chooses_shortcut("explain_requestids", playground.slack.sees(ALICE)[-1])
    playground.slack.wait_for(lambda: (view := playground.slack.modal(ALICE)) and "├" in said(view), timeout=10)


def test_many_without_a_log_do_not_wait_for_actiontrail(playground: Playground) -> None:
    """It takes two calls a second; each of them can be opened alone, and then it is asked."""
    calls = playground.alibaba.calls("LookupEvents")
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]
    assert "All 20: no log found" in asks(playground, ids, user="U0AUDITOR").text
    assert playground.alibaba.calls("LookupEvents") == calls
    old = case("trail-only").request_id
    answer = asks(playground, [*ids[:4], old], user="U0AUDITOR")
    buttons = [block["accessory"] for block in answer.blocks if "accessory" in block]
    assert [button["value"] for button in buttons] == [ids[0]]
    assert "skipped" not in said(answer)


def test_a_chinese_reader_gets_it_in_chinese(playground: Playground) -> None:
    asks(playground, ["settings", "zh"], user="U0AUDITOR")
    answer = asks(playground, throttled(playground, 4), user="U0AUDITOR")
    asks(playground, ["settings", "auto"], user="U0AUDITOR")
    assert answer.text == "4 个全部为 Throttling.User，同一调用者"


def test_a_group_opens_its_card_as_the_person_who_clicks(playground: Playground) -> None:
    answer = asks(playground, [SAMPLE, case("denied-implicit").request_id])
    view = presses(playground, ALICE, answer, "open_card_1")
    assert case("denied-implicit").request_id in said(view) or SAMPLE in said(view)
    assert "card_refresh" in said(view)


def test_a_group_without_a_log_opens_with_all_its_reasons(playground: Playground) -> None:
    answer = asks(playground, [case("not-found").request_id, case("of-bob").request_id])
    assert "All 2: no log found" in answer.text
    assert "Somebody else made the call" in said(presses(playground, ALICE, answer, "open_card_0"))


def test_a_group_in_a_modal_opens_its_card_on_top(playground: Playground) -> None:
    playground.slack.user("U0BOB").says(f"Both failed: {SAMPLE} {case('denied-implicit').request_id}")
    post = playground.slack.sees(ALICE)[-1]
    playground.slack.user(ALICE).chooses_shortcut("explain_requestids", post)
    shown = playground.slack.wait_for(
        lambda: (view := playground.slack.modal(ALICE)) and "open_card_0" in said(view) and view, timeout=10
    )
    assert shown
    assert "card_refresh" in said(presses(playground, ALICE, shown, "open_card_0"))
    assert len(playground.slack.workspace.stack(ALICE)) == 2


def test_when_slack_opens_no_modal_the_card_comes_as_a_private_message(playground: Playground) -> None:
    answer = asks(playground, [SAMPLE, case("denied-implicit").request_id])
    playground.slack.refuse("views.open", "expired_trigger_id")
    before = len(playground.slack.answers(ALICE))
    playground.slack.user(ALICE).clicks(answer, "open_card_0")
    late = newest(playground, ALICE, before)
    assert late.visible_to == ALICE
    assert "could not be opened in time" in said(late)
    assert "card_refresh" in said(late)


def test_one_that_fails_does_not_spoil_the_rest(playground: Playground) -> None:
    answer = asks(playground, [SAMPLE, case("upstream-html").request_id, case("upstream-refused").request_id])
    for part in ("IncorrectStatus.TransitRouter", "could not be asked just now", "the look-up was refused"):
        assert part in said(answer)


def test_of_forty_ids_twenty_are_looked_up_and_the_rest_is_counted_and_named(playground: Playground) -> None:
    ids = throttled(playground, 40)
    answer = asks(playground, ids)
    assert "All 20: Throttling.User" in answer.text
    assert "20 more RequestIds" in said(answer)
    assert all(each in said(answer) for each in ids)


def test_who_waits_long_hears_how_far_it_is(playground: Playground) -> None:
    """One note, for a command's response_url replaces nothing; then the answer."""
    slow, fast = throttled(playground, 1)[0], throttled(playground, 3)
    playground.alibaba.fault(request_id=slow, delay_s=3)
    before = len(playground.slack.answers(ALICE))
    playground.slack.user(ALICE).types(f"/requestlog {' '.join([slow, *fast])}")
    playground.slack.wait_for(lambda: len(playground.slack.answers(ALICE)) == before + 2, timeout=10)
    progress, answer = playground.slack.answers(ALICE)[before:]
    assert progress.text == "3 of 4 looked up. The summary follows."
    assert "All 4: Throttling.User" in answer.text


@pytest.mark.parametrize(("locale", "said_first"), [("en-US", "Looking it up …"), ("zh-CN", "正在查询…")])
def test_who_waits_long_for_a_single_one_sees_a_sign_of_life(playground: Playground, locale: str, said_first: str) -> None:
    """One note and the answer; the address of a command takes five posts."""
    playground.slack.workspace.set_locale(ALICE, locale)
    [slow] = throttled(playground, 1)
    playground.alibaba.fault(request_id=slow, delay_s=3)
    before = len(playground.slack.answers(ALICE))
    playground.slack.user(ALICE).types(f"/requestlog {slow}")
    playground.slack.wait_for(lambda: len(playground.slack.answers(ALICE)) == before + 2, timeout=10)
    playground.slack.workspace.set_locale(ALICE, "en-US")
    note, answer = playground.slack.answers(ALICE)[before:]
    assert (note.text, note.visible_to) == (said_first, ALICE)
    assert slow in said(answer)


def test_a_quick_answer_comes_alone(playground: Playground) -> None:
    before = len(playground.slack.answers(ALICE))
    asks(playground, throttled(playground, 1))
    playground.slack.wait_for(lambda: playground.bot.waiting == 0)
    assert len(playground.slack.answers(ALICE)) == before + 1


def test_an_asker_without_identity_is_told_once(playground: Playground) -> None:
    answer = asks(playground, [SAMPLE, case("succeeded").request_id], user="U0NOBODY")
    assert "no Alibaba Cloud identity" in answer.text
    assert "open_card_" not in said(answer)


def test_an_error_beside_a_masked_id_is_explained_from_its_own_words(playground: Playground) -> None:
    text = "StatusCode: 403 Code: StatusForbidden Message: STSToken policy Forbidden for action cs:DescribeClusters"
    answer = asks(playground, [f"{text} request id: E78A2E2D-***"])
    assert "Access denied" in answer.text
    assert "hidden by stars" in said(answer)


def test_twenty_ids_are_asked_side_by_side(playground: Playground) -> None:
    """One after the other they would take twenty seconds; how long they do take is a benchmark's."""
    playground.alibaba.fault(delay_s=1)
    begun = time.perf_counter()
    asks(playground, throttled(playground, 20))
    assert time.perf_counter() - begun < 15


def test_what_a_pasted_text_says_of_each_of_several_ids_is_told_though_no_log_is_there(playground: Playground) -> None:
    first, second = "00000000-0000-4000-8000-00000000AAAA", "00000000-0000-4000-8000-00000000BBBB"
    text = f"ErrorCode: InvalidVpcId.NotFound RequestId: {first}\nErrorCode: Throttling.User RequestId: {second}"
    answer = asks(playground, [text])
    words = said(answer)
    assert "InvalidVpcId.NotFound" in words
    assert "Throttling.User" in words


def test_a_later_summary_is_compared_with_the_one_before(playground: Playground) -> None:
    """In the same channel, by the same person; each side is looked up anew by the rights of who clicks."""
    first, second = throttled(playground, 2), [case("quota").request_id, case("balance").request_id]
    assert "compare_summaries" not in actions_of(asks(playground, first, "U0AUDITOR", "C0PUBLIC"))
    answer = asks(playground, [*first, *second], "U0AUDITOR", "C0PUBLIC")
    before = len(playground.slack.answers("U0AUDITOR", "C0PUBLIC"))
    playground.slack.user("U0AUDITOR").clicks(answer, "compare_summaries")
    told = newest(playground, "U0AUDITOR", before, "C0PUBLIC")
    assert "2 new" in told.text
    assert " 0 → 1" in said(told)
    assert "compare_summaries" not in actions_of(asks(playground, [*first, *second], "U0AUDITOR", "C0PUBLIC")), "the same ids"
    assert "compare_summaries" not in actions_of(asks(playground, first, ALICE, "C0PUBLIC")), "somebody else"
