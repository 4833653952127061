"""What Slack sends over HTTP, how it judges acknowledgements, and what a response URL does."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.slack import SlackStandIn
from tests.playground.echo import Answer, Clock, EchoBot, respond


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot() -> Iterator[EchoBot]:
    with EchoBot() as bot:
        yield bot


@pytest.fixture
def slack(bot: EchoBot, clock: Clock) -> Iterator[SlackStandIn]:
    with SlackStandIn(bot_url=bot.url, clock=clock, ack_seconds=0.5, event_retry_seconds=(0.0, 0.0, 0.0)) as slack:
        yield slack


def url_of_command(slack: SlackStandIn, bot: EchoBot, channel: str = "C0INCIDENT") -> str:
    slack.user("U0ALICE").types("/requestlog help", channel)
    return str(bot.heard[-1].payload["response_url"])


def test_a_slash_command_arrives_as_slack_sends_it(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.user("U0ALICE").types("/requestlog what does payload=too&large mean?")
    assert {
        "team_id": "T0REQLOG1",
        "channel_id": "C0INCIDENT",
        "channel_name": "inc-42-checkout",
        "user_id": "U0ALICE",
        "user_name": "alice",
        "command": "/requestlog",
        "text": "what does payload=too&large mean?",
        "is_enterprise_install": "false",
    }.items() <= bot.heard[0].payload.items()
    assert slack.requests[0].status == 200
    assert slack.breaches == []


def test_the_name_of_a_private_channel_is_kept_from_a_bot_that_is_not_in_it(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.user("U0ALICE").types("/requestlog help", "G0PRIVATE")
    assert bot.heard[0].payload["channel_name"] == "privategroup"


def test_a_text_in_the_acknowledgement_is_a_private_answer(slack: SlackStandIn, bot: EchoBot) -> None:
    bot.answer = lambda _payload: Answer("looking")
    slack.user("U0ALICE").types("/requestlog help")
    assert slack.answers("U0ALICE")[-1].text == "looking"
    assert slack.answers("U0BOB") == []


def test_a_late_acknowledgement_is_a_breach_and_shown_to_the_user(slack: SlackStandIn, bot: EchoBot) -> None:
    bot.answer = lambda _payload: Answer(delay_s=0.8)
    slack.user("U0ALICE").types("/requestlog help")
    assert "operation_timeout" in slack.sees("U0ALICE")[-1].text
    assert [breach.rule for breach in slack.breaches] == ["late_acknowledgement"]


def test_an_error_status_is_shown_to_the_user(slack: SlackStandIn, bot: EchoBot) -> None:
    bot.answer = lambda _payload: Answer(status=500)
    slack.user("U0ALICE").types("/requestlog help")
    assert "dispatch_failed" in slack.sees("U0ALICE")[-1].text


def test_without_a_bot_the_user_is_told() -> None:
    with SlackStandIn() as slack:
        slack.user("U0ALICE").types("/requestlog help")
        assert "app_not_connected" in slack.sees("U0ALICE")[-1].text


def test_slash_commands_do_not_work_in_threads(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.user("U0ALICE").types("/requestlog help", thread=slack.sees("U0ALICE")[0])
    assert "not supported in threads" in slack.sees("U0ALICE")[-1].text
    assert bot.heard == []


def test_a_response_url_is_private_unless_it_says_in_channel(slack: SlackStandIn, bot: EchoBot) -> None:
    url = url_of_command(slack, bot)
    assert respond(url, {"text": "for you"}) == (200, "ok")
    assert [message.text for message in slack.answers("U0ALICE")] == ["for you"]
    assert slack.answers("U0BOB") == []


def test_a_public_answer_to_a_command_publishes_what_was_typed(slack: SlackStandIn, bot: EchoBot) -> None:
    respond(url_of_command(slack, bot), {"text": "for all", "response_type": "in_channel"})
    assert [message.text for message in slack.sees("U0BOB")][-2:] == ["/requestlog help", "for all"]


def test_a_response_url_takes_five_posts(slack: SlackStandIn, bot: EchoBot) -> None:
    url = url_of_command(slack, bot)
    assert [respond(url, {"text": str(number)})[0] for number in range(5)] == [200] * 5
    assert respond(url, {"text": "six"}) == (404, "used_url")
    assert [breach.rule for breach in slack.breaches] == ["used_url"]


def test_a_response_url_lives_thirty_minutes(slack: SlackStandIn, bot: EchoBot, clock: Clock) -> None:
    url = url_of_command(slack, bot)
    clock.ahead = 29 * 60
    assert respond(url, {"text": "in time"})[0] == 200
    clock.ahead = 31 * 60
    assert respond(url, {"text": "too late"}) == (404, "expired_url")


def test_a_response_url_works_where_the_bot_is_not_a_member(slack: SlackStandIn, bot: EchoBot) -> None:
    respond(url_of_command(slack, bot, "G0PRIVATE"), {"text": "still private"})
    assert slack.answers("U0ALICE", "G0PRIVATE")[-1].text == "still private"


def test_bad_blocks_are_refused_and_named(slack: SlackStandIn, bot: EchoBot) -> None:
    assert respond(url_of_command(slack, bot), {"text": "x", "blocks": [{"type": "section"}]}) == (400, "invalid_blocks")
    assert slack.breaches[0].detail.endswith("[/blocks/0]")


def test_too_many_characters_in_blocks(slack: SlackStandIn, bot: EchoBot) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}
    assert respond(url_of_command(slack, bot), {"text": "x", "blocks": [section] * 5}) == (400, "msg_blocks_too_long")


def test_blocks_without_text_leave_screen_readers_with_nothing(slack: SlackStandIn, bot: EchoBot) -> None:
    respond(url_of_command(slack, bot), {"blocks": [{"type": "divider"}]})
    assert [breach.rule for breach in slack.breaches] == ["no_top_level_text"]


def test_faults_on_demand(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.rate_limit("response_url")
    slack.refuse("response_url", "server_error")
    url = url_of_command(slack, bot)
    assert [respond(url, {"text": "x"})[0] for _ in range(3)] == [429, 500, 200]


def clickable(slack: SlackStandIn, bot: EchoBot) -> dict[str, Any]:
    """Clicks the button of a private message; gives the payload that the click sent."""
    buttons = [
        {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": each}, "value": each} for each in "ab"
    ]
    rows = [{"type": "actions", "elements": [each]} for each in buttons]
    respond(url_of_command(slack, bot), {"text": "choose", "blocks": rows})
    slack.user("U0ALICE").clicks(slack.answers("U0ALICE")[-1], "open", "b")
    return bot.heard[-1].payload


def test_a_click_says_where_it_was_and_on_what(slack: SlackStandIn, bot: EchoBot) -> None:
    payload = clickable(slack, bot)
    assert payload["container"]["is_ephemeral"] is True
    assert payload["actions"][0]["value"] == "b"
    assert payload["user"]["id"] == "U0ALICE"


def test_the_answer_to_a_click_may_replace_or_delete_the_message(slack: SlackStandIn, bot: EchoBot) -> None:
    url = clickable(slack, bot)["response_url"]
    respond(url, {"text": "done", "replace_original": True})
    assert [(message.text, message.edited) for message in slack.answers("U0ALICE")] == [("done", True)]
    respond(url, {"delete_original": True})
    assert slack.answers("U0ALICE") == []


def test_a_shortcut_carries_the_whole_message(slack: SlackStandIn, bot: EchoBot) -> None:
    message = slack.sees("U0ALICE")[0]
    slack.user("U0ALICE").chooses_shortcut("explain_requestids", message)
    payload = bot.heard[0].payload
    assert (payload["type"], payload["callback_id"]) == ("message_action", "explain_requestids")
    assert payload["message"]["text"] == message.text


def test_private_messages_offer_no_shortcuts(slack: SlackStandIn, bot: EchoBot) -> None:
    respond(url_of_command(slack, bot), {"text": "for you"})
    with pytest.raises(ValueError, match="no shortcuts"):
        slack.user("U0ALICE").chooses_shortcut("explain_requestids", slack.answers("U0ALICE")[0])


def test_a_global_shortcut_has_no_response_url(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.user("U0ALICE").global_shortcut("look_up_requestid")
    assert bot.heard[0].payload["type"] == "shortcut"
    assert "response_url" not in bot.heard[0].payload


def test_an_event_that_fails_is_sent_three_times_more(slack: SlackStandIn, bot: EchoBot) -> None:
    bot.answer = lambda _payload: Answer(status=503)
    slack.user("U0ALICE").mentions("help", thread=slack.sees("U0ALICE")[0])
    slack.wait_for(lambda: len(slack.requests) == 4)
    assert len({heard.payload["event_id"] for heard in bot.heard}) == 1
    assert [heard.headers.get("X-Slack-Retry-Num") for heard in bot.heard] == [None, "1", "2", "3"]
    assert bot.heard[1].headers["X-Slack-Retry-Reason"] == "http_error"


def test_a_mention_is_told_only_where_the_bot_is(slack: SlackStandIn, bot: EchoBot) -> None:
    slack.user("U0ALICE").mentions("help", "C0PUBLIC")
    assert bot.heard == []
    slack.user("U0PARTNER").mentions("help", "C0SHARED")
    assert bot.heard[0].payload["is_ext_shared_channel"] is True
    assert bot.heard[0].payload["event"]["user_team"] == "T0PARTNER"


def test_url_verification(slack: SlackStandIn, bot: EchoBot) -> None:
    bot.answer = lambda payload: Answer({"challenge": payload["challenge"]})
    assert slack.events.verify_url("abc").answer == {"challenge": "abc"}


def test_somebody_who_is_not_in_a_channel_cannot_write_there(slack: SlackStandIn) -> None:
    assert slack.sees("U0PARTNER", "G0PRIVATE") == []
    with pytest.raises(LookupError, match="not in G0PRIVATE"):
        slack.user("U0PARTNER").types("/requestlog help", "G0PRIVATE")
