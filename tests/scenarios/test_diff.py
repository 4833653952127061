"""/requestlog diff: user … bot …"""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message
from tests.scenarios.stage import HERE, close_all, newest, presses, said

ALICE = "U0ALICE"
ONE, OTHER = case("write-without-token").request_id, case("write-with-token").request_id


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    close_all(playground, ALICE)


def compares(stage: Playground, text: str, user: str = ALICE, channel: str = HERE) -> Message:
    """The bot's answer to /requestlog diff."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog diff {text}", channel=channel)
    return newest(stage, user, before, channel)


def test_what_differs_comes_first(playground: Playground) -> None:
    answer = compares(playground, f"{ONE} {OTHER}")
    assert answer.text == "1 field differs: ClientToken"
    table = next(block for block in answer.blocks if block["type"] == "table")
    assert table["rows"][1][0]["text"] == "Parameter ClientToken"
    assert answer.visible_to == ALICE


def test_ids_in_any_notation_are_understood(playground: Playground) -> None:
    assert "ClientToken" in compares(playground, f"RequestId: {ONE.lower()}, requestId={OTHER}").text


def test_secrets_in_parameters_stay_secret(playground: Playground) -> None:
    answer = said(compares(playground, f"{case('parameters').request_id} {ONE}"))
    for secret in ("Standin-P@ssw0rd-9", "tag-standin-pass-7", "standin0deep0secret"):
        assert secret not in answer


def test_each_side_opens_its_card(playground: Playground) -> None:
    view = presses(playground, ALICE, compares(playground, f"{ONE} {OTHER}"), "open_card_1")
    assert OTHER in said(view)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Give two RequestIds"),
        ("what ever", "Give two RequestIds"),
        (ONE, "one RequestId only"),
        (f"{ONE} {ONE.lower()}", "the same RequestId"),
        (f"{ONE} {OTHER} {case('sample').request_id}", "Those are 3 RequestIds"),
        (f"{ONE} {case('not-found').request_id}", "Only one of the two was found"),
        (f"{case('of-bob').request_id} {case('not-found').request_id}", "Neither of the two"),
        (f"{ONE} {case('upstream-html').request_id}", "Only one of the two was found"),
    ],
)
def test_bad_input_has_its_own_sentence(playground: Playground, text: str, part: str) -> None:
    assert part in compares(playground, text).text + said(compares(playground, text))


def test_who_has_no_identity_is_told_so(playground: Playground) -> None:
    assert "no Alibaba Cloud identity" in compares(playground, f"{ONE} {OTHER}", user="U0NOBODY").text


def test_a_chinese_reader_gets_it_in_chinese(playground: Playground) -> None:
    playground.slack.workspace.set_locale("U0AUDITOR", "zh-CN")
    assert compares(playground, f"{ONE} {OTHER}", user="U0AUDITOR").text == "有 1 处不同：ClientToken"


def test_it_works_in_threads_by_mention(playground: Playground) -> None:
    playground.slack.user("U0BOB").says("Which of the two was repeated?")
    root = playground.slack.sees(ALICE)[-1]
    before = len(playground.slack.answers(ALICE))
    playground.slack.user(ALICE).mentions(f"diff {ONE} {OTHER}", thread=root)
    answer = newest(playground, ALICE, before)
    assert (answer.thread_ts, answer.visible_to) == (root.ts, ALICE)
