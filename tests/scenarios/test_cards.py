"""The card of every case that the stand-in holds, as each of two people gets it, held against approved files."""

import json
import re
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import CASES
from bot.playground.slack import Message
from tests.answers import next_answer
from tests.approval import approve

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


@pytest.fixture(scope="module", params=["en", "zh"])
def stage(request: pytest.FixtureRequest) -> Iterator[Playground]:
    """One playground a language, for the bot remembers for a while what Slack told it of a person's locale."""
    with Playground(more={"REQUESTLOG_ADMIN_CHANNEL": "U0BOB"}) as running:
        for user in ("U0ALICE", "U0AUDITOR"):
            running.slack.workspace.set_locale(user, LOCALES[request.param])
        yield running


def card(stage: Playground, user: str, name: str) -> Message:
    """What the bot answers a person."""
    slack = stage.slack
    before = len(slack.answers(user, HERE))
    request_id = next(case.request_id for case in CASES if case.shows == name)
    slack.user(user).types(f"/requestlog {request_id}", channel=HERE)
    return next_answer(slack, user, before, HERE)


def masked(message: Message) -> dict[str, object]:
    text = json.dumps({"text": message.text, "blocks": list(message.blocks)}, ensure_ascii=False)
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    content: dict[str, object] = json.loads(text)
    return content


def language_of(stage: Playground, user: str) -> str:
    return stage.slack.workspace.people[user].locale[:2]


@pytest.mark.parametrize("name", NAMES)
def test_the_caller_s_card_reads_as_approved(stage: Playground, name: str) -> None:
    message = card(stage, "U0ALICE", name)
    approve(f"card-{name}-{language_of(stage, 'U0ALICE')}", masked(message))
    assert stage.slack.breaches == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("denied-", "trail-"))])
def test_the_card_of_who_may_see_more_reads_as_approved(stage: Playground, name: str) -> None:
    message = card(stage, "U0AUDITOR", name)
    approve(f"card-{name}-auditor-{language_of(stage, 'U0AUDITOR')}", masked(message))
    assert stage.slack.breaches == []
