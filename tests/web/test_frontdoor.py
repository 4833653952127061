import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.replays import Replays
from bot.web import DispatchResult, FrontDoor
from bot.web.parsing import parse
from tests.web.requests import EVENT, FORM, KINDS, SECRET, VIEW, block_actions, interaction, signed, slash

NOW = 1_795_000_000.0
JSON = "application/json"


class House:
    """A front door and what came through it."""

    def __init__(self, database: Database) -> None:
        self.inside: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.door = FrontDoor(
            signing_secret=SECRET,
            claim=Replays(database).claim,
            dispatch=self.dispatch,
            now=lambda: datetime.fromtimestamp(NOW, UTC),
        )

    def dispatch(self, payload: dict[str, Any], headers: dict[str, str]) -> DispatchResult:
        self.inside.append(payload)
        self.headers = headers
        return DispatchResult(200, '{"text":"ok"}', "application/json")

    def knock(self, body: bytes, media_type: str = FORM, **headers: str) -> int:
        return self.door.receive(signed(body, at=NOW) | headers, media_type, body).status


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_a_slash_command_comes_through_with_its_answer(house: House) -> None:
    body = slash("123E4567-E89B-12D3-A456-426614174000 阿里云 & more")
    answer = house.door.receive(signed(body, at=NOW), FORM, body)
    assert answer == DispatchResult(200, '{"text":"ok"}', "application/json")
    assert house.inside[0]["text"] == "123E4567-E89B-12D3-A456-426614174000 阿里云 & more"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "what does payload too large mean"},
        {"text": "payload=x"},
        {"channel_name": "payload-oncall"},
        {"payload": "{}"},
    ],
)
def test_a_command_that_speaks_of_a_payload_comes_through(house: House, fields: dict[str, str]) -> None:
    """Bolt drops these."""
    assert house.knock(slash(**fields)) == 200
    assert fields.items() <= house.inside[0].items()


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=9))
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    assert parse(FORM, urlencode({"command": "/x"} | fields).encode()) == {"command": "/x"} | fields


@pytest.mark.parametrize("kind", KINDS)
def test_every_interaction_comes_through_as_slack_sends_it(house: House, kind: str) -> None:
    assert house.knock(interaction(KINDS[kind])) == 200
    assert house.inside == [KINDS[kind]]


def test_an_event_comes_through_with_its_retry_headers(house: House) -> None:
    headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout", "X-Forwarded-For": "x"}
    assert house.knock(json.dumps(EVENT).encode(), JSON, **headers) == 200
    assert house.headers == {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}


def test_retry_headers_that_are_not_slacks_are_left_out(house: House) -> None:
    assert house.knock(json.dumps(EVENT).encode(), JSON, **{"X-Slack-Retry-Num": "1\u2028x"}) == 200
    assert house.headers == {}


def test_slacks_own_checks_are_answered_here(house: House) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw"}).encode()
    assert house.door.receive(signed(body, at=NOW), JSON, body).body == "3eZbrw"
    assert house.knock(b"ssl_check=1&token=x") == 200
    assert house.inside == []


@pytest.mark.parametrize(("skew", "status"), [(-299, 200), (299, 200), (-301, 401), (301, 401), (-86400, 401), (10**11, 401)])
def test_five_minutes_of_skew_are_accepted(house: House, skew: int, status: int) -> None:
    body = slash()
    assert house.door.receive(signed(body, at=NOW + skew), FORM, body).status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "v0=" + "0" * 63},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "１７９５００００００"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": f"{int(NOW) + 1}"},
        {"X-Slack-Request-Timestamp": f"{int(NOW)}\n"},
    ],
)
def test_whoever_does_not_know_the_secret_is_refused(house: House, headers: dict[str, str]) -> None:
    assert house.knock(slash(), **headers) == 401
    assert house.inside == []


def test_an_altered_byte_or_another_secret_is_refused(house: House) -> None:
    body = slash()
    assert house.door.receive(signed(body, at=NOW), FORM, body + b"x").status == 401
    assert house.door.receive(signed(body, at=NOW, secret=SECRET + "x"), FORM, body).status == 401
    assert house.inside == []


def test_missing_headers_are_refused(house: House) -> None:
    assert house.door.receive({}, FORM, slash()).status == 401


def test_a_replay_is_refused_at_every_front_door(tmp_path: Path) -> None:
    """Two replicas: two doors, two connections to one database."""
    databases = [Database(f"sqlite:///{tmp_path}/store.sqlite") for _ in range(2)]
    houses = [House(database) for database in databases]
    body = interaction(KINDS["view_closed"])
    headers = signed(body, at=NOW)
    statuses = [houses[number % 2].door.receive(headers, FORM, body).status for number in range(6)]
    assert statuses == [200, 409, 409, 409, 409, 409]
    assert [len(house.inside) for house in houses] == [1, 0]
    for database in databases:
        database.close()


NONSENSE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", FORM),
    "no fields": (b"&&&", FORM),
    "fields of nobody": (b"a=b", FORM),
    "not UTF-8": (b"command=/x&text=\xff\xfe", FORM),
    "not UTF-8 when decoded": (b"command=/x&text=%ff%fe", FORM),
    "thousands of fields": (b"&".join(b"a%d=1" % number for number in range(5000)), FORM),
    "a sign that is half encoded": (b"command=/x&text=%2", FORM),
    "broken JSON": (b"payload=%7Bbad", FORM),
    "a list": (b"[1]", JSON),
    "a word": (b'"x"', JSON),
    "nothing as JSON": (b"", JSON),
    "null": (b"null", JSON),
    "deep JSON": (b"[" * 100_000, JSON),
    "deep object": (b'{"type":' * 50_000, JSON),
    "a number of 5,000 digits": (b'{"type":' + b"1" * 5000 + b"}", JSON),
    "half a character": (json.dumps(EVENT | {"event": {"type": "\ud800"}}).encode(), JSON),
    "no type": (interaction({}), FORM),
    "a type that is a list": (interaction({"type": ["block_actions"]}), FORM),
    "an unknown type": (interaction({"type": "teleport"}), FORM),
    "the type of a form": (interaction({"type": "slash"}), FORM),
    "the type of a check": (interaction({"type": "ssl_check"}), FORM),
    "a challenge that is none": (json.dumps({"type": "url_verification", "challenge": 1}).encode(), JSON),
    "a command in JSON": (json.dumps({"command": ["/requestlog"]}).encode(), JSON),
    "a command with an object in it": (
        json.dumps({"command": "/x", "user_id": "U", "team_id": "T", "channel_id": "C", "response_url": "u", "trigger_id": "t",
                    "text": {}}).encode(), JSON),
    "a command without a slash": (slash(command="requestlog"), FORM),
    "a command of nobody": (slash(user_id=""), FORM),
    "an id with a line break": (slash(user_id="U\n1"), FORM),
    "an id with a zero byte": (slash(trigger_id="1\0"), FORM),
    "an endless id": (slash(team_id="T" * 300), FORM),
    "no actions": (interaction(block_actions(actions=[])), FORM),
    "actions that are words": (interaction(block_actions(actions=["x"])), FORM),
    "actions that are an object": (interaction(block_actions(actions={"action_id": "x"})), FORM),
    "an action without an id": (interaction(block_actions(actions=[{"type": "button"}])), FORM),
    "an action with a number": (interaction(block_actions(actions=[{"type": "button", "action_id": 1}])), FORM),
    "a value that is a list": (interaction(block_actions(actions=[{"type": "b", "action_id": "a", "value": []}])), FORM),
    "a user that is a word": (interaction(block_actions(user="U1")), FORM),
    "a user without an id": (interaction(block_actions(user={})), FORM),
    "a user whose id is null": (interaction(block_actions(user={"id": None})), FORM),
    "a team that is a list": (interaction(block_actions(team=[])), FORM),
    "no team at all": (interaction(block_actions(team=None, user={"id": "U1"})), FORM),
    "a channel that is a word": (interaction(block_actions(channel="C1")), FORM),
    "a message that is a list": (interaction(block_actions(message=[])), FORM),
    "a container that is a number": (interaction(block_actions(container=1)), FORM),
    "a state that is a list": (interaction(block_actions(state=[])), FORM),
    "state values that are words": (interaction(block_actions(state={"values": {"b": "x"}})), FORM),
    "a trigger that is missing": (interaction(block_actions(trigger_id=None)), FORM),
    "an enterprise that is a word": (interaction(block_actions(enterprise="E")), FORM),
    "a view that is null": (interaction(KINDS["view_submission"] | {"view": None}), FORM),
    "a view without a state": (interaction(KINDS["view_submission"] | {"view": {"id": "V", "callback_id": "c"}}), FORM),
    "a view without a type": (interaction(KINDS["view_submission"] | {"view": VIEW | {"type": None}}), FORM),
    "a closed view without a type": (
        interaction(KINDS["view_closed"] | {"view": {"id": "V", "callback_id": "c"}}), FORM),
    "a click in a view that is null": (interaction(block_actions(view=None)), FORM),
    "addresses that are words": (interaction(KINDS["view_submission"] | {"response_urls": ["x"]}), FORM),
    "addresses that are null": (interaction(KINDS["view_submission"] | {"response_urls": None}), FORM),
    "authorizations that are a word": (json.dumps(EVENT | {"authorizations": "x"}).encode(), JSON),
    "an event in a channel that is a number": (json.dumps(EVENT | {"event": {"type": "x", "channel": 1}}).encode(), JSON),
    "a view whose state is null": (interaction(KINDS["view_submission"] | {"view": VIEW | {"state": None}}), FORM),
    "metadata that is an object": (interaction(KINDS["view_submission"] | {"view": VIEW | {"private_metadata": {}}}), FORM),
    "a message action without its message": (interaction(KINDS["message_action"] | {"message": None}), FORM),
    "a message whose text is a list": (interaction(KINDS["message_action"] | {"message": {"text": []}}), FORM),
    "a shortcut without its name": (interaction(KINDS["shortcut"] | {"callback_id": ""}), FORM),
    "an event that is a word": (json.dumps(EVENT | {"event": "app_mention"}).encode(), JSON),
    "an event without a type": (json.dumps(EVENT | {"event": {}}).encode(), JSON),
    "an event without its id": (json.dumps(EVENT | {"event_id": None}).encode(), JSON),
    "an event of no team": (json.dumps(EVENT | {"team_id": 1}).encode(), JSON),
}  # fmt: skip


@pytest.mark.parametrize("kind", NONSENSE)
def test_signed_nonsense_is_refused_and_has_no_effect(house: House, kind: str) -> None:
    body, media_type = NONSENSE[kind]
    started = time.perf_counter()
    assert house.knock(body, media_type) == 400
    assert time.perf_counter() - started < 10
    assert house.inside == []


@pytest.mark.parametrize("media_type", ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded-x"])
def test_an_unknown_media_type_is_refused(house: House, media_type: str) -> None:
    assert house.knock(slash(), media_type) == 415
    assert house.inside == []


def test_nothing_of_a_request_is_logged(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    house.knock(slash("canary-4711\nforged line", user_id=""))
    house.knock(slash("canary-4711"), **{"X-Slack-Signature": "canary-4711"})
    out, err = capfd.readouterr()
    assert "canary" not in out + err
    assert (out + err).count("request_refused") == 2


def test_what_is_answered_with_a_500_inside_is_a_400_outside(database: Database) -> None:
    """Slack would send it again, and it would fail again."""
    door = FrontDoor(
        signing_secret=SECRET,
        claim=Replays(database).claim,
        dispatch=lambda *_: DispatchResult(500),
        now=lambda: datetime.fromtimestamp(NOW, UTC),
    )
    body = slash()
    assert door.receive(signed(body, at=NOW), FORM, body).status == 400
