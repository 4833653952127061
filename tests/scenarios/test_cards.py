"""The card of every case that the stand-in holds, as each of two people gets it, held against approved files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from bot.playground import Playground
from bot.playground.alibaba import CASES
from tests.approval import approve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground.slack import Message

HERE = "C0PUBLIC"
LOCALES = {"en": "en-US", "zh": "zh-CN"}
#: Ends with this bot's own deadline, so how far it got differs from run to run.
UNSTEADY = frozenset({"upstream-drips", "upstream-hangs"})
NAMES = [case.shows for case in CASES if case.shows not in UNSTEADY]
MASKS = (
    (r'"timestamp": \d+', '"timestamp": 0'),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time> UTC"),
    (r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", "<time>"),
    (r"\b\d+ (?=(min|h|days) ago)|\b\d+ (?=(分钟|小时|天)前)", "<n> "),
    (r"(reference|Reference|参考号|own call:|RequestId：) ?[0-9A-F-]{8,36}", r"\1 <id>"),
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Playground]:
    with Playground(more={"REQUESTLOG_ADMIN_CHANNEL": "U0BOB"}) as running:
        yield running


def card(stage: Playground, user: str, name: str, language: str) -> Message:
    """What the bot answers a person in a language."""
    slack = stage.slack
    slack.workspace.set_locale(user, LOCALES[language])
    before = len(slack.answers(user, HERE))
    request_id = next(case.request_id for case in CASES if case.shows == name)
    slack.user(user).types(f"/requestlog {request_id}", channel=HERE)
    slack.wait_for(lambda: len(slack.answers(user, HERE)) > before, timeout=20)
    return slack.answers(user, HERE)[-1]


def masked(message: Message) -> dict[str, object]:
    text = json.dumps({"text": message.text, "blocks": list(message.blocks)}, ensure_ascii=False)
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    content: dict[str, object] = json.loads(text)
    return content


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_the_caller_s_card_reads_as_approved(stage: Playground, name: str, language: str) -> None:
    message = card(stage, "U0ALICE", name, language)
    approve(f"card-{name}-{language}", masked(message))
    assert stage.slack.breaches == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("denied-", "trail-"))])
def test_the_card_of_who_may_see_more_reads_as_approved(stage: Playground, name: str, language: str) -> None:
    message = card(stage, "U0AUDITOR", name, language)
    approve(f"card-{name}-auditor-{language}", masked(message))
    assert stage.slack.breaches == []
