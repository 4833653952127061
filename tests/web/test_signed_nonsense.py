"""Signed requests that Slack would never send, at the front door of a running bot: no 5xx, no effect, no traceback."""

import contextlib
import http.client
import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.blocks.account import CHOOSE_ACCOUNT, CHOOSE_LANGUAGE
from bot.blocks.details import (
    ASK,
    HELPFUL,
    MORE,
    NEXT,
    PARAMETERS,
    PREVIOUS,
    REFRESH,
    REPRODUCE,
    RESPONSE,
    SHARE,
    SUPPORT_TEXT,
    WRONG,
)
from bot.blocks.handoff import DECLINE, GRANT
from bot.blocks.handoff import FORM as PERMISSION_FORM
from bot.blocks.home import OPEN_AGAIN
from bot.blocks.logticket import CHANGE, OPEN
from bot.blocks.logticket import FORM as TICKET_FORM
from bot.blocks.share import CALLBACK, KEEP, MASKS
from bot.blocks.share import OPEN as OPEN_SHARED
from bot.blocks.shortcut import FORM as TEXT_FORM
from bot.blocks.summary import OPEN_CARD
from bot.playground import Playground
from tests.web.requests import EVENT, FORM, KINDS, VIEW, block_actions, interaction, signed

ACTIONS = [PARAMETERS, RESPONSE, REPRODUCE, SUPPORT_TEXT, REFRESH, MORE, NEXT, PREVIOUS, SHARE, KEEP, MASKS, OPEN_SHARED, ASK]
ACTIONS += [GRANT, DECLINE, OPEN_AGAIN, f"{OPEN_CARD}0", CHANGE, OPEN, HELPFUL, WRONG, CHOOSE_LANGUAGE, CHOOSE_ACCOUNT]
ACTIONS += ["ticket_form", "look_up_form", "permission_form", "nobodys_button"]
FORMS = [TICKET_FORM, PERMISSION_FORM, CALLBACK, TEXT_FORM, "nobodys_form"]
ID = "123E4567-E89B-12D3-A456-426614174000"
WRONG_VALUES: list[Any] = [None, "", "x", 7, [], {}, ["x"], {"x": 1}]
NO_IDS = [*WRONG_VALUES, "0" * 36, f"{ID} {ID}", f"{ID}\n", f"see {ID}", ID[:-1]]
ABSENT = object()
JSON = "application/json"

Body = tuple[bytes, str]


def _changed(payload: dict[str, Any], field: str) -> Iterator[dict[str, Any]]:
    rest = {name: value for name, value in payload.items() if name != field}
    yield rest
    for wrong in (None, "", 7, [], ["x"], {"x": 1}):
        yield rest | {field: wrong}


def _clicks() -> Iterator[dict[str, Any]]:
    for action_id, value in itertools.product(ACTIONS, [ABSENT, *NO_IDS]):
        action = {"action_id": action_id, "block_id": "b", "type": "button"} | ({} if value is ABSENT else {"value": value})
        yield block_actions(actions=[action])
        yield block_actions(actions=[action | {"selected_option": value if isinstance(value, dict) else {"value": 7}}])
    for action_id in (PARAMETERS, NEXT, KEEP, MASKS, ASK, OPEN_AGAIN, CHANGE, "nobodys_button"):
        payload = block_actions(view=VIEW)
        payload["actions"] = [{"action_id": action_id, "block_id": "b", "type": "button"}]
        for field in payload:
            yield from _changed(payload, field)
        for field in VIEW:
            yield from (payload | {"view": view} for view in _changed(VIEW, field))


def _forms() -> Iterator[dict[str, Any]]:
    for callback, kind in itertools.product(FORMS, ("view_submission", "view_closed")):
        view = VIEW | {"callback_id": callback}
        payload = KINDS[kind] | {"view": view}
        for field in payload:
            yield from _changed(payload, field)
        for field in view:
            yield from (payload | {"view": each} for each in _changed(view, field))
        for wrong in WRONG_VALUES:
            entries = {block: {"value": wrong} for block in ("hub", "language", "member", "data", "reason", "wish", "text")}
            inner = {block: {"value": {"value": 7, "selected_option": wrong}} for block in entries}
            for values in ({}, wrong, entries, inner):
                yield payload | {"view": view | {"state": {"values": values}, "private_metadata": json.dumps(wrong)}}


def _events() -> Iterator[dict[str, Any]]:
    event = EVENT | {"event": {"type": "app_home_opened", "tab": "messages", "user": "U0ALICE", "channel": "D1"}}
    for field in [*event, "authorizations", "is_ext_shared_channel", "view"]:
        yield from _changed(event, field)
    for kind, field in itertools.product(
        ("app_mention", "message", "function_executed"), ["user", "channel", "bot_id", "item"]
    ):
        yield from (EVENT | {"event": {"type": kind} | each} for each in _changed({}, field))


def _nonsense() -> Iterator[Body]:
    for number, payload in enumerate(itertools.chain(_clicks(), _forms())):
        # Else an equal payload would be a replay.
        yield interaction(payload | {"nonce": number}), FORM
    for number, payload in enumerate(_events()):
        yield json.dumps(payload | {"nonce": number}).encode(), JSON


def _post(stage: Playground, body: bytes, media_type: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", stage.bot.port or 0, timeout=10)
    with contextlib.closing(connection):
        headers = signed(body, secret=stage.slack.signing_secret, media_type=media_type)
        connection.request("POST", "/slack/events", body, headers)
        return connection.getresponse().status


def test_signed_nonsense_has_no_effect_and_makes_no_5xx(capfd: pytest.CaptureFixture[str]) -> None:
    with Playground() as stage, ThreadPoolExecutor(16) as threads:
        before = len(stage.slack.calls)
        bodies = list(_nonsense())
        statuses = threads.map(lambda body: _post(stage, *body), bodies)
        assert [(status, body) for status, body in zip(statuses, bodies, strict=True) if status >= 500] == []
        stage.slack.wait_for(lambda: stage.bot.waiting == 0)
        assert [(call.method, call.arguments) for call in stage.slack.calls[before:]] == []
    assert "Traceback" not in "".join(capfd.readouterr())


def test_the_same_nonsense_does_not_end_a_socket(capfd: pytest.CaptureFixture[str]) -> None:
    strange = [
        block_actions(view=None),
        {"type": "view_submission", "view": {"callback_id": TICKET_FORM}},
        {"type": "teleport"},
    ]
    strange += [{}, EVENT | {"event": "x"}, EVENT | {"event": {"type": "app_mention", "user": 7, "channel": 7}}]
    with Playground(socket_mode=True) as stage:
        stage.slack.wait_for(lambda: not stage.bot.lacking())
        for payload in strange:
            assert stage.slack.sockets.send("interactive", payload, 3.0) is not None, payload
        assert stage.bot.lacking() == []
        stage.slack.user("U0ALICE").types("/requestlog help", channel="C0INCIDENT")
        assert stage.slack.wait_for_answer("U0ALICE").text
    assert "Traceback" not in "".join(capfd.readouterr())
