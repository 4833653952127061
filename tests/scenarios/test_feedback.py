"""Helpful or wrong, under a card: user … bot …"""

import json
from collections.abc import Callable, Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message
from tests.answers import next_answer
from tests.scenarios.stage import clicks

HERE = "C0PUBLIC"


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []


def answered(stage: Playground, user: str, deed: Callable[[], object]) -> Message:
    """The bot's next message to a person after a deed."""
    before = len(stage.slack.answers(user, HERE))
    deed()
    return next_answer(stage.slack, user, before, HERE)


def card(stage: Playground, user: str, name: str) -> Message:
    """The card of a case."""
    text = f"/requestlog {case(name).request_id}"
    return answered(stage, user, lambda: stage.slack.user(user).types(text, channel=HERE))


@pytest.mark.parametrize(("locale", "thanks", "changed"), [("en-US", "it is counted", "replaces"), ("zh-CN", "已计入", "替换")])
def test_an_opinion_is_thanked_for_and_another_one_replaces_it(
    playground: Playground, locale: str, thanks: str, changed: str
) -> None:
    user = "U0ALICE" if locale == "en-US" else "U0AUDITOR"
    playground.slack.workspace.set_locale(user, locale)
    shown = card(playground, user, "throttled" if user == "U0ALICE" else "denied-implicit")
    first = answered(playground, user, lambda: clicks(playground, user, shown, "feedback_helpful"))
    second = answered(playground, user, lambda: clicks(playground, user, shown, "feedback_wrong"))
    playground.slack.workspace.set_locale(user, "en-US")
    assert thanks in first.words
    assert changed in second.words
    assert first.visible_to == second.visible_to == user
    assert shown in playground.slack.answers(user, HERE)


def test_a_card_that_no_entry_explains_asks_for_no_opinion(playground: Playground) -> None:
    for name in ("unknown-code-silent", "succeeded"):
        assert "feedback_helpful" not in json.dumps(card(playground, "U0ALICE", name).blocks)
