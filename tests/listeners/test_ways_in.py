"""What the listeners of the ways in do when something is missing, or nothing can be recorded."""

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import Ack, BoltResponse

from bot.blocks.kit import Message
from bot.blocks.shortcut import FORM
from bot.handlers.ask import Ask
from bot.listeners import events
from bot.listeners.intake import Intake
from bot.listeners.payloads import is_shared, person_of_event, seconds
from bot.store.errors import InboxFullError
from bot.store.inbox import Command

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PERSON = {"user": {"id": "U0ALICE", "team_id": "T0REQLOG1"}, "team": {"id": "T0REQLOG1"}}


class Inbox:
    """Takes commands, or is full."""

    def __init__(self, *, full: bool = False) -> None:
        self.commands: list[Command] = []
        self.told: list[tuple[str | None, str]] = []
        self._full = full

    def accept(self, command: Command) -> bool:
        if self._full:
            raise InboxFullError
        self.commands.append(command)
        return True

    @property
    def intake(self) -> Intake:
        return Intake(self.accept, tell=self.tell, clock=lambda: NOW, language="en", reaction="mag_right")

    def tell(self, ask: Ask, said: Message) -> None:
        self.told.append((ask.origin.trigger, said.text))


class Heard(Ack):
    """An acknowledgement, as Slack hears it."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def __call__(self, *_: Any, **said: Any) -> BoltResponse:
        self.said.append(said)
        return BoltResponse(status=200)


def test_a_full_inbox_is_told_where_the_click_was() -> None:
    inbox = Inbox(full=True)
    inbox.intake.listener(events.global_shortcut)(Heard(), {**PERSON, "trigger_id": "1.2.3"})
    ((trigger, said),) = inbox.told
    assert trigger == "1.2.3"
    assert "Too many commands are waiting" in said


def test_a_full_inbox_is_told_under_the_field_of_the_form() -> None:
    view = {"id": "V1", "callback_id": FORM, "private_metadata": "zh", "state": {"values": {"text": {"value": {"value": "x"}}}}}
    heard = Heard()
    Inbox(full=True).intake.form(heard, {**PERSON, "view": view})
    assert heard.said[0]["response_action"] == "errors"


def test_the_time_of_the_message_comes_along() -> None:
    inbox = Inbox()
    message = {"ts": "1700000000.000100", "thread_ts": "1690000000.000001", "text": "RequestId: X"}
    body = {
        **PERSON,
        "trigger_id": "1",
        "channel": {"id": "C1"},
        "message": message,
        "response_url": "https://hooks.slack.com/1",
    }
    inbox.intake.listener(events.message_shortcut)(Heard(), body)
    payload = inbox.commands[0].payload
    assert payload["said_at"] == pytest.approx(1700000000.0001)
    assert payload["origin"]["thread_ts"] == "1690000000.000001"


@pytest.mark.parametrize("ts", ["", "x", "1.2.3", "²", "9" * 400, "-1", "nan", None])
def test_a_strange_time_is_no_time(ts: str | None) -> None:
    assert seconds(ts) is None


def test_apps_that_mention_the_bot_have_no_person_to_answer() -> None:
    inbox = Inbox()
    event = {"type": "app_mention", "bot_id": "B1", "text": "<@U0BOT> X", "channel": "C1", "ts": "1.1"}
    inbox.intake.listener(events.mention)(Heard(), {"event_id": "Ev1", "team_id": "T1", "event": event})
    assert inbox.commands == []


@pytest.mark.parametrize(
    ("written", "authorizations"),
    [
        ({"bot_id": "B1"}, []),
        ({"subtype": "bot_message"}, []),
        ({}, [{"user_id": "U1", "is_bot": True}]),
    ],
)
def test_what_an_app_or_the_bot_itself_writes_is_not_answered(
    written: dict[str, str], authorizations: list[dict[str, Any]]
) -> None:
    inbox = Inbox()
    event = {"type": "app_mention", "user": "U1", "text": "<@U0BOT> help", "channel": "C1", "ts": "1.1"} | written
    body = {"event_id": "Ev1", "team_id": "T1", "event": event, "authorizations": authorizations}
    inbox.intake.listener(events.mention)(Heard(), body)
    assert inbox.commands == []


def test_every_mention_is_taken_out_of_the_text() -> None:
    inbox = Inbox()
    event = {"user": "U1", "text": "<@U0BOT|requestlog> <@U0BOB> settings zh", "channel": "C1", "ts": "1.1"}
    inbox.intake.listener(events.mention)(Heard(), {"event_id": "Ev1", "team_id": "T1", "event": event})
    assert (inbox.commands[0].name, inbox.commands[0].payload["text"]) == ("settings", "zh")


def test_a_mention_in_blocks_and_attachments_is_read_too() -> None:
    inbox = Inbox()
    event = {"user": "U1", "text": "<@U0BOT>", "channel": "C1", "ts": "1.1", "attachments": [{"text": "RequestId: X"}]}
    inbox.intake.listener(events.mention)(Heard(), {"event_id": "Ev1", "team_id": "T1", "event": event})
    assert (inbox.commands[0].name, inbox.commands[0].payload["text"]) == ("mention", "RequestId: X")


@pytest.mark.parametrize("event", [{"tab": "messages", "user": "U1"}, {"tab": "home"}, {}])
def test_only_an_opened_home_tab_is_filled(event: dict[str, str]) -> None:
    inbox = Inbox()
    inbox.intake.listener(events.home_opened)(Heard(), {"event_id": "Ev1", "team_id": "T1", "event": event})
    assert inbox.commands == []


def test_somebody_of_another_organisation_is_known_by_their_own_team() -> None:
    body = {"team_id": "T0HERE", "enterprise_id": "E1", "event": {"user": "U1", "user_team": "T0OTHER"}}
    assert person_of_event(body).team == "T0OTHER"


@pytest.mark.parametrize(
    ("body", "shared"),
    [
        ({"is_ext_shared_channel": True}, True),
        ({"channel": {"is_ext_shared": True}}, True),
        ({"channel": "C1"}, False),
        ({}, False),
    ],
)
def test_a_shared_channel_is_known_where_slack_says_so(body: dict[str, Any], *, shared: bool) -> None:
    assert is_shared(body) is shared
