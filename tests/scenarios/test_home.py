"""The Home tab: who am I here, what did I choose, what did I look up."""

from collections.abc import Iterator

import pytest

from bot.blocks.account import CHOOSE_LANGUAGE
from bot.blocks.home import OPEN_AGAIN
from bot.playground import Playground
from bot.playground.alibaba.cases import case
from bot.playground.slack import SlackStandIn, View
from tests.answers import next_answer
from tests.approval import Transcript

SAMPLE = case("sample").request_id
DENIED = case("denied-implicit").request_id
ABSENT = case("not-found").request_id
TRANSCRIPT = Transcript("account", "home")


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module."""
    yield playground.slack
    assert playground.slack.breaches == []


def home(slack: SlackStandIn, user: str) -> View:
    """The Home tab as it is after it was opened."""
    before = slack.home(user)
    slack.user(user).opens_home()
    found = slack.wait_for(lambda: (now := slack.home(user)) is not before and now)
    assert found
    return found


def looks_up(slack: SlackStandIn, user: str, text: str) -> None:
    before = len(slack.answers(user))
    slack.user(user).types(f"/requestlog {text}")
    next_answer(slack, user, before)


def test_somebody_who_is_not_linked_sees_the_lines_for_the_admin(slack: SlackStandIn) -> None:
    view = home(slack, "U0NOBODY")
    assert 'user = "U0NOBODY"' in view.words
    assert 'team = "T0REQLOG1"' in view.words
    assert "/requestlog help" in view.words
    TRANSCRIPT.approve("unlinked", "en", view)


def test_alice_sees_as_whom_the_bot_looks_and_what_she_looked_up(slack: SlackStandIn) -> None:
    assert "None yet" in home(slack, "U0ALICE").words
    looks_up(slack, "U0ALICE", ABSENT)
    looks_up(slack, "U0ALICE", f"RequestId: {DENIED} RequestId: {SAMPLE}")
    view = home(slack, "U0ALICE")
    TRANSCRIPT.approve("linked", "en", view, blocks="home")
    assert [view.words.index(each) for each in (DENIED, SAMPLE, ABSENT)] == sorted(
        view.words.index(each) for each in (DENIED, SAMPLE, ABSENT)
    )
    assert "No log was found" in view.words


def test_a_past_look_up_opens_again_in_a_modal(slack: SlackStandIn) -> None:
    looks_up(slack, "U0ALICE", SAMPLE)
    slack.user("U0ALICE").clicks(home(slack, "U0ALICE"), OPEN_AGAIN, SAMPLE)
    view = slack.wait_for(lambda: (now := slack.modal("U0ALICE")) is not None and SAMPLE in now.words and now)
    assert view
    assert "IncorrectStatus.TransitRouter" in view.words


def test_only_the_last_ten_look_ups_are_kept(slack: SlackStandIn) -> None:
    for number in range(12):
        looks_up(slack, "U0AUDITOR", f"00000000-0000-0000-0000-0000000000{number:02}")
    words = home(slack, "U0AUDITOR").words
    assert "-000000000011" in words
    assert "-000000000002" in words
    assert "-000000000001" not in words


def test_choosing_chinese_changes_the_tab_at_once_and_every_later_answer(slack: SlackStandIn) -> None:
    looks_up(slack, "U0BOB", SAMPLE)
    before = home(slack, "U0BOB")
    slack.user("U0BOB").clicks(before, CHOOSE_LANGUAGE, "zh")
    view = slack.wait_for(lambda: (now := slack.home("U0BOB")) is not None and "你的设置" in now.words and now)
    assert view
    slack.user("U0BOB").types("/requestlog help")
    slack.wait_for(lambda: "这个请求怎么了" in slack.answers("U0BOB")[-1].words)
    TRANSCRIPT.approve("linked", "zh", home(slack, "U0BOB"))
    slack.user("U0BOB").clicks(home(slack, "U0BOB"), CHOOSE_LANGUAGE, "auto")
    slack.wait_for(lambda: (now := slack.home("U0BOB")) is not None and "Your settings" in now.words)


def test_after_a_switch_the_tab_speaks_one_language(slack: SlackStandIn) -> None:
    looks_up(slack, "U0ALICE", SAMPLE)
    assert "Failed:" in home(slack, "U0ALICE").words
    slack.user("U0ALICE").clicks(home(slack, "U0ALICE"), CHOOSE_LANGUAGE, "zh")
    view = slack.wait_for(lambda: (now := slack.home("U0ALICE")) is not None and "你的设置" in now.words and now)
    assert view
    assert SAMPLE in view.words
    assert "Failed:" not in view.words
    slack.user("U0ALICE").clicks(view, CHOOSE_LANGUAGE, "auto")
    slack.wait_for(lambda: (now := slack.home("U0ALICE")) is not None and "Failed:" in now.words)


def test_a_guest_sees_why_the_tab_is_empty(slack: SlackStandIn) -> None:
    assert "Guests of this workspace are not served" in home(slack, "U0GUEST").words


def test_the_messages_tab_is_not_answered(slack: SlackStandIn) -> None:
    """app_home_opened comes for the Messages tab too."""
    calls = len(slack.calls)
    payload = slack.user("U0ALICE").opens_home().payload
    slack.wait_for(lambda: "views.publish" in [call.method for call in slack.calls[calls:]])
    payload = {**payload, "event_id": "Ev0MESSAGES", "event": {**payload["event"], "tab": "messages"}}
    calls = len(slack.calls)
    assert slack.user("U0ALICE").events.again(payload).error is None
    looks_up(slack, "U0ALICE", "help")
    assert "views.publish" not in [call.method for call in slack.calls[calls:]]
