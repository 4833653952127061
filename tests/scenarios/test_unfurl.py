"""A pasted troubleshoot link: user posts it, bot offers a button under it, and explains it to whoever clicks, alone."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, SlackStandIn

SAMPLE = case("sample").request_id
LINK = f"https://api.aliyun.com/troubleshoot?q=IncorrectStatus&product=Ecs&requestId={SAMPLE}"


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module; Bob reads Chinese."""
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    yield playground.slack
    assert playground.slack.breaches == []


def posted(slack: SlackStandIn, text: str, channel: str = "C0PUBLIC") -> Message:
    """A message once what is to stand under its links is there."""
    slack.user("U0NOBODY").says(text, channel)
    ts = slack.sees("U0NOBODY", channel)[-1].ts

    def there() -> Message | None:
        message = slack.workspace.message(channel, ts)
        return message if message is not None and message.attachments else None

    message = slack.wait_for(there, 10)
    assert message is not None
    return message


def clicked(slack: SlackStandIn, user: str, message: Message) -> Message:
    """The bot's answer to a click under a link."""
    before = {each.ts for each in slack.answers(user, message.channel)}
    slack.user(user).clicks(message, "explain_link")
    return slack.wait_for(lambda: [each for each in slack.answers(user, message.channel) if each.ts not in before], 10)[-1]


def test_under_a_link_stands_one_button_and_no_fact(slack: SlackStandIn, playground: Playground) -> None:
    calls = playground.alibaba.calls()
    message = posted(slack, f"Look: {LINK}")
    (under,) = message.attachments
    assert [element["text"]["text"] for element in under["blocks"][0]["elements"]] == ["Explain privately"]
    assert playground.alibaba.calls() == calls


def test_each_click_is_answered_as_the_clicker_alone(slack: SlackStandIn) -> None:
    message = posted(slack, f"Look: {LINK}")
    seen = clicked(slack, "U0ALICE", message)
    assert "RunInstances" in seen.words
    assert seen.visible_to == "U0ALICE"
    other = clicked(slack, "U0BOB", message)
    assert "没有找到" in other.words
    assert other.visible_to == "U0BOB"
    assert "RunInstances" not in other.words


def test_links_without_an_id_and_to_elsewhere_get_nothing(slack: SlackStandIn) -> None:
    calls = len([call for call in slack.calls if call.method == "chat.unfurl"])
    slack.user("U0NOBODY").says("https://api.aliyun.com/document/Ecs", "C0PUBLIC")
    slack.user("U0NOBODY").says(f"https://example.com/?requestId={SAMPLE}", "C0PUBLIC")
    posted(slack, LINK)
    assert len([call for call in slack.calls if call.method == "chat.unfurl"]) == calls + 1


def test_a_stranger_s_link_in_a_shared_channel_stays_as_it_is(slack: SlackStandIn) -> None:
    before = len(slack.sees("U0PARTNER", "C0SHARED"))
    slack.user("U0PARTNER").says(LINK, "C0SHARED")
    posted(slack, LINK)
    (theirs,) = slack.sees("U0PARTNER", "C0SHARED")[before:]
    assert theirs.attachments == ()


def test_it_is_off_unless_asked_for() -> None:
    with Playground(more={"REQUESTLOG_UNFURL": "false"}) as stage:
        stage.slack.user("U0ALICE").says(LINK)
        assert not [call for call in stage.slack.calls if call.method == "chat.unfurl"]
