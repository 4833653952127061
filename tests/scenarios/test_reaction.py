"""🔎 on a message: user reacts, bot explains it to that person alone."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, SlackStandIn
from tests.approval import Transcript
from tests.scenarios.stage import HERE

TRANSCRIPT = Transcript("account", "reaction")
SAMPLE = case("sample").request_id


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module; Bob reads Chinese."""
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    yield playground.slack
    assert playground.slack.breaches == []


def post(slack: SlackStandIn, text: str, author: str = "U0NOBODY", thread: Message | None = None) -> Message:
    """A message of somebody, perhaps in a thread."""
    root = thread.ts if thread else None
    return slack.workspace.put(Message(slack.workspace.new_ts(), HERE, author, text, thread_ts=root))


def told(slack: SlackStandIn, user: str, message: Message, name: str = "mag_right") -> Message:
    """The bot's answer to a reaction."""
    before = {each.ts for each in slack.answers(user)}
    slack.user(user).reacts(message, name)
    return slack.wait_for(lambda: [each for each in slack.answers(user) if each.ts not in before], 10)[-1]


def test_who_reacts_gets_the_message_explained_alone(slack: SlackStandIn) -> None:
    answer = told(slack, "U0ALICE", post(slack, f"RequestId: {SAMPLE}"))
    assert "IncorrectStatus.TransitRouter" in answer.words
    assert (answer.visible_to, answer.thread_ts) == ("U0ALICE", None)


def test_each_person_is_answered_with_their_own_rights(slack: SlackStandIn) -> None:
    message = post(slack, f"RequestId: {SAMPLE}")
    assert "RunInstances" in told(slack, "U0ALICE", message).words
    assert "没有找到" in told(slack, "U0BOB", slack.workspace.message(HERE, message.ts) or message).words


def test_under_a_reply_the_answer_stands_in_its_thread(slack: SlackStandIn) -> None:
    root = post(slack, "Checkout fails again.")
    answer = told(slack, "U0ALICE", post(slack, f"RequestId: {SAMPLE}", thread=root))
    assert answer.thread_ts == root.ts


def test_one_answer_a_person_and_message(slack: SlackStandIn) -> None:
    message = post(slack, f"RequestId: {SAMPLE}")
    told(slack, "U0ALICE", message)
    before = len(slack.answers("U0ALICE"))
    slack.user("U0ALICE").reacts(message)
    told(slack, "U0ALICE", post(slack, "help me"))
    assert len(slack.answers("U0ALICE")) == before + 1


@pytest.mark.parametrize(("user", "language"), [("U0ALICE", "en"), ("U0BOB", "zh")])
def test_where_there_is_nothing_to_explain_it_is_said(slack: SlackStandIn, user: str, language: str) -> None:
    own = slack.workspace.put(Message(slack.workspace.new_ts(), HERE, "U0REQLOGBOT", "Shared by @alice"))
    nothing, its_own = told(slack, user, post(slack, "What happened here?")), told(slack, user, own)
    slack.refuse("reactions.get", "no_permission")
    unreadable = told(slack, user, post(slack, f"RequestId: {SAMPLE}"))
    slack.refuse("reactions.get", "message_not_found")
    deleted = told(slack, user, post(slack, f"RequestId: {SAMPLE}"))
    TRANSCRIPT.approve("nothing to explain", language, [nothing, its_own, unreadable, deleted])


def test_other_emoji_and_other_channels_mean_nothing(slack: SlackStandIn) -> None:
    before, requests = len(slack.answers("U0ALICE")), len(slack.requests)
    slack.user("U0ALICE").reacts(post(slack, f"RequestId: {SAMPLE}"), "eyes")
    elsewhere = slack.workspace.put(Message(slack.workspace.new_ts(), "C0PUBLIC", "U0BOB", f"RequestId: {SAMPLE}"))
    assert slack.user("U0ALICE").reacts(elsewhere) is None
    assert len(slack.requests) == requests + 1
    told(slack, "U0ALICE", post(slack, "help me"))
    assert len(slack.answers("U0ALICE")) == before + 1


def test_a_stranger_is_refused(slack: SlackStandIn) -> None:
    message = slack.workspace.put(Message(slack.workspace.new_ts(), "C0SHARED", "U0PARTNER", f"RequestId: {SAMPLE}"))
    slack.user("U0PARTNER").reacts(message)
    answer = slack.wait_for(lambda: slack.answers("U0PARTNER", "C0SHARED"), 10)[-1]
    assert "another organisation" in answer.words


def test_a_pasted_key_is_not_read_and_its_author_is_warned(slack: SlackStandIn) -> None:
    secret = "LTAI5tReactionCanary00 secret=Zm9vYmFyZm9vYmFyZm9vYmFyZm9v"
    before = len(slack.answers("U0NOBODY"))
    answer = told(slack, "U0ALICE", post(slack, f"AccessKeyId={secret} RequestId: {SAMPLE}"))
    warned = slack.wait_for(lambda: slack.answers("U0NOBODY")[before:], 10)[-1]
    assert "Zm9vYmFy" not in answer.words
    assert warned.visible_to == "U0NOBODY"
