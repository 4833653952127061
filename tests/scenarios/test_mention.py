"""@requestlog in threads and channels: the answer is for the asker alone, in the thread."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba.cases import case
from bot.playground.slack import Message, SlackStandIn

SAMPLE = case("sample").request_id


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module; Bob reads Chinese."""
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    yield playground.slack
    assert playground.slack.breaches == []


def root_of(slack: SlackStandIn) -> Message:
    """A message that a thread hangs on."""
    slack.user("U0BOB").says("Checkout fails again.")
    return slack.sees("U0BOB")[-1]


def told(
    slack: SlackStandIn, text: str, thread: Message | None = None, user: str = "U0ALICE", channel: str = "C0INCIDENT"
) -> Message:
    """The bot's answer to a mention."""
    before = {message.ts for message in slack.answers(user, channel)}
    slack.user(user).mentions(text, channel, thread)
    fresh = slack.wait_for(lambda: [each for each in slack.answers(user, channel) if each.ts not in before], 10)
    return fresh[-1]


def test_a_mention_in_a_thread_is_answered_privately_in_that_thread(slack: SlackStandIn) -> None:
    root = root_of(slack)
    answer = told(slack, f"RequestId: {SAMPLE}", root)
    assert SAMPLE in answer.words
    assert (answer.thread_ts, answer.visible_to) == (root.ts, "U0ALICE")
    (posted,) = [call for call in slack.calls if call.method == "chat.postEphemeral" and call.arguments["text"] == answer.text]
    assert posted.arguments["thread_ts"] == root.ts


def test_a_mention_outside_threads_is_answered_privately_in_the_channel(slack: SlackStandIn) -> None:
    """Slack hides private answers in threads that nobody has started, so none is started here."""
    answer = told(slack, SAMPLE)
    assert SAMPLE in answer.words
    assert (answer.thread_ts, answer.visible_to) == (None, "U0ALICE")


def test_subcommands_work_in_threads(slack: SlackStandIn) -> None:
    root = root_of(slack)
    answer = told(slack, "help", root)
    assert "/requestlog whoami" in answer.words
    assert answer.thread_ts == root.ts
    assert "LTAI" not in told(slack, "whoami", root).words


def test_a_mention_alone_shows_the_help(slack: SlackStandIn) -> None:
    assert "/requestlog whoami" in told(slack, "").words


@pytest.mark.parametrize("text", ["", "what happened here?"])
@pytest.mark.parametrize(
    ("user", "words"), [("U0ALICE", "cannot read the other messages"), ("U0BOB", "读不到消息列里的其他消息")]
)
def test_in_a_thread_the_bot_says_that_it_cannot_read_the_messages_above(
    slack: SlackStandIn, text: str, user: str, words: str
) -> None:
    answer = told(slack, text, root_of(slack), user)
    assert words in answer.words
    assert "Explain RequestIds" in answer.words


def test_an_event_delivered_twice_is_answered_once(slack: SlackStandIn) -> None:
    told(slack, f"RequestId: {SAMPLE}", root_of(slack))
    payload = slack.requests[-1].payload | {"event_time": 1}
    before = len(slack.answers("U0ALICE"))
    slack.user("U0ALICE").events.again(payload)
    told(slack, "help", root_of(slack))
    assert len(slack.answers("U0ALICE")) == before + 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not_in_channel", "not a member"),
        ("is_archived", "archived"),
        ("thread_not_found", "is gone"),
        ("odd", "where you asked"),
    ],
)
def test_a_bot_that_may_not_write_there_answers_by_direct_message_and_says_why(
    slack: SlackStandIn, reason: str, words: str
) -> None:
    slack.refuse("chat.postEphemeral", reason)
    before = len(slack.answers("U0ALICE", "D0ALICE"))
    slack.user("U0ALICE").mentions(f"RequestId: {SAMPLE}", "C0INCIDENT", root_of(slack))
    answer = slack.wait_for(lambda: slack.answers("U0ALICE", "D0ALICE")[before:], 10)[-1]
    assert words in answer.words
    assert SAMPLE in answer.words


def test_a_shared_channel_is_refused(slack: SlackStandIn) -> None:
    assert "shared with another organisation" in told(slack, SAMPLE, channel="C0SHARED").words


def test_somebody_of_another_organisation_is_refused(slack: SlackStandIn) -> None:
    assert "another organisation" in told(slack, SAMPLE, user="U0PARTNER", channel="C0SHARED").words


def test_a_guest_is_refused(slack: SlackStandIn) -> None:
    assert "Guests of this workspace are not served" in told(slack, SAMPLE, user="U0GUEST").words
