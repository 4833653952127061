"""A log that is not there: the reasons ranked by the message's age, and what the pasted text itself says."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message

HERE = "C0INCIDENT"
MISSING = case("not-found").request_id
DAY_S = 86_400.0


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []


def explained(stage: Playground, text: str, age_s: float, user: str = "U0ALICE") -> str:
    """What the message shortcut says of a message of some age."""
    workspace = stage.slack.workspace
    post = workspace.put(Message(f"{workspace.clock() - age_s:.6f}", HERE, "U0NOBODY", text))
    stage.slack.user(user).chooses_shortcut("explain_requestids", post)

    def there() -> str:
        view = stage.slack.modal(user)
        return view.words if view and MISSING in view.words else ""

    words = stage.slack.wait_for(there, timeout=10)
    top = stage.slack.modal(user)
    assert top
    stage.slack.user(user).closes(top)
    return words


@pytest.mark.parametrize(
    ("user", "age_s", "first"),
    [
        ("U0ALICE", 5 * DAY_S, "has expired"),
        ("U0ALICE", 3600.0, "Somebody else made the call"),
        ("U0BOB", 5 * DAY_S, "日志已过期"),
        ("U0BOB", 3600.0, "这是别人的调用"),
    ],
)
def test_the_likeliest_reason_goes_by_the_message_s_age(playground: Playground, user: str, age_s: float, first: str) -> None:
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    words = explained(playground, f"RequestId: {MISSING}", age_s, user)
    reasons = [line for line in words.splitlines() if any(part in line for part in ("expired", "else", "过期", "别人"))]
    assert first in reasons[0]
    if age_s < DAY_S:
        assert not any("expired" in line or "过期" in line for line in reasons)


def test_a_fresh_message_may_be_ahead_of_its_log(playground: Playground) -> None:
    words = explained(playground, f"RequestId: {MISSING}", 5.0)
    assert words.index("has not arrived yet") < words.index("Somebody else")


def test_what_the_text_says_is_the_last_rung(playground: Playground) -> None:
    text = f"ErrorCode: Throttling.User Message: Request was denied. RequestId: {MISSING}"
    words = explained(playground, text, 4 * DAY_S)
    assert words.index("Throttled") < words.index("No log found"), "the text comes first, the missing log is its footnote"
    assert "Throttling.User" in words
    assert "the pasted text: found" in words


def test_asking_again_does_not_take_the_answer_s_own_age_for_the_call_s(playground: Playground) -> None:
    """A minute after "no log found" the bot's message is young; the call that it speaks of is not."""
    slack = playground.slack
    before = len(slack.answers("U0ALICE"))
    slack.user("U0ALICE").types(f"/requestlog {MISSING}")
    answer = slack.wait_for(lambda: slack.answers("U0ALICE")[before:], 10)[-1]
    calls = playground.alibaba.calls()
    slack.user("U0ALICE").clicks(answer, "card_refresh")
    slack.wait_for(lambda: playground.alibaba.calls() > calls and playground.bot.waiting == 0, 10)
    again = slack.answers("U0ALICE")[-1]
    assert "No log found" in again.words
    assert "has not arrived yet" not in again.words
