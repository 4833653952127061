"""Who is served: what an installation may allow, and what is known of people without an optional scope."""

from bot.playground import Playground
from bot.playground.alibaba.cases import case
from tests.scenarios.stage import asks, newest, presses
from tests.scenarios.test_mention import told

SAMPLE = case("sample").request_id


def test_guests_and_shared_channels_are_served_where_the_installation_allows_it() -> None:
    with Playground(more={"REQUESTLOG_ALLOW_GUESTS": "true", "REQUESTLOG_ALLOW_SHARED": "true"}) as stage:
        slack = stage.slack
        assert "no Alibaba Cloud identity" in told(slack, SAMPLE, user="U0GUEST").words
        assert "no Alibaba Cloud identity" in told(slack, SAMPLE, user="U0PARTNER", channel="C0SHARED").words
        assert "RunInstances" in told(slack, SAMPLE, channel="C0SHARED").words
        assert slack.breaches == []


def test_where_slack_tells_nothing_of_people_nobody_is_served_and_told_why() -> None:
    with Playground() as stage:
        slack = stage.slack
        slack.refuse("users.info", "missing_scope", 100)
        assert "users:read" in told(slack, SAMPLE).words
        assert "RunInstances" not in told(slack, SAMPLE).words
        assert "another organisation" in told(slack, SAMPLE, user="U0PARTNER", channel="C0SHARED").words
        assert slack.breaches == []


def test_beyond_the_rate_every_command_gets_a_sentence_and_no_call_is_made() -> None:
    """Whatever a person starts counts; a check-up weighs as much as the calls that it makes."""
    with Playground(more={"REQUESTLOG_RATE": "8"}) as stage:
        assert "looked up as" in told(stage.slack, "whoami").words
        assert "GetOwnRequestLog" in told(stage.slack, "doctor").words
        calls = stage.alibaba.calls()
        for typed in ("doctor", f"{SAMPLE} {case('succeeded').request_id}"):
            assert "too much within a minute" in told(stage.slack, typed).words
        assert stage.alibaba.calls() == calls
        assert stage.slack.breaches == []


def test_a_refused_click_in_a_closed_modal_asks_slack_once_and_is_answered_in_a_message() -> None:
    with Playground(more={"REQUESTLOG_RATE": "2"}) as stage:
        view = presses(stage, "U0ALICE", asks(stage, "U0ALICE", "huge-body"), "card_response")
        alice, before = stage.slack.user("U0ALICE"), len(stage.slack.answers("U0ALICE"))
        alice.closes(view)
        updates = [call.method for call in stage.slack.calls].count("views.update")
        alice.clicks(view, "details_next")
        assert "too much within a minute" in newest(stage, "U0ALICE", before).words
        assert [call.method for call in stage.slack.calls].count("views.update") == updates + 1
        assert stage.slack.breaches == []
