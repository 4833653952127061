"""Helpful or wrong, under a card: user … bot …"""

import json
from collections.abc import Callable, Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, View
from tests.answers import next_answer
from tests.approval import Transcript
from tests.scenarios.stage import clicks, options_of

HERE = "C0PUBLIC"
TRANSCRIPT = Transcript("account", "feedback")


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


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh")])
def test_who_calls_it_wrong_may_say_why_in_one_line(playground: Playground, locale: str, language: str) -> None:
    user, name = ("U0ALICE", "quota") if language == "en" else ("U0AUDITOR", "denied-trust-policy")
    slack = playground.slack
    slack.workspace.set_locale(user, locale)
    shown = card(playground, user, name)
    thanks = answered(playground, user, lambda: clicks(playground, user, shown, "feedback_wrong"))
    clicks(playground, user, thanks, "feedback_say")
    form = slack.wait_for(lambda: slack.modal(user), timeout=10)
    assert form is not None
    slack.user(user).submits(form, {"comment": f"The quota is 20 now. password=hunter2{language}"})

    def kept() -> View | None:
        view = slack.modal(user)
        return view if view is not None and "⏳" not in view.words and view.hash != form.hash else None

    done = slack.wait_for(kept, timeout=10)
    slack.workspace.set_locale(user, "en-US")
    assert done is not None
    TRANSCRIPT.approve("what is wrong", language, [thanks, form, done])


def test_where_slack_takes_no_such_row_the_menu_holds_the_opinions(playground: Playground) -> None:
    playground.slack.take_no_newer_blocks()
    shown = card(playground, "U0ALICE", "no-stock")
    playground.slack.take_no_newer_blocks(refused=False)
    assert [value.split(" ")[0] for value in options_of(shown)][-2:] == ["feedback_helpful", "feedback_wrong"]
    assert "context_actions" not in json.dumps(shown.blocks)
    assert "counted" in answered(playground, "U0ALICE", lambda: clicks(playground, "U0ALICE", shown, "feedback_helpful")).words


def test_a_card_that_no_entry_explains_asks_for_no_opinion(playground: Playground) -> None:
    for name in ("unknown-code-silent", "succeeded"):
        assert "feedback_helpful" not in json.dumps(card(playground, "U0ALICE", name).blocks)
