"""Slack is away for a while: what was accepted waits, and goes out once when Slack is back."""

import time
from collections.abc import Iterator

import pytest

from bot.playground.alibaba import case
from tests.installation import Installation, State, until

REPETITION = "You may have this answer already"


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    with Installation() as installation:
        installation.serve()
        installation.types()
        # The log is written by a thread of its own, after the answer: what is counted below must not begin with this one.
        until(lambda: '"answered"' in installation.processes[-1].said())
        yield installation


def asked_while(here: Installation, state: State, count: int = 5) -> list[str]:
    """So many ask while Slack is in a state; the words of what they have in the end."""
    said, before = here.processes[-1].said, len(here.answers())
    waited, answered = said().count("slack_away"), said().count('"answered"')
    here.road.state = state
    here.type_many(count)
    until(lambda: said().count("slack_away") >= waited + count)
    here.road.state = "open"
    until(lambda: said().count('"answered"') >= answered + count)
    return [answer.words for answer in here.answers()[before:]]


@pytest.mark.parametrize("state", ["fails", "throttles"])
def test_answers_wait_while_slack_fails_or_throttles_and_go_out_once(here: Installation, state: State) -> None:
    words = asked_while(here, state)
    assert len(words) == 5
    assert [each for each in words if REPETITION in each] == []


@pytest.mark.parametrize("state", ["resets", "hangs"])
def test_an_answer_whose_receipt_was_lost_goes_out_again_and_says_so(here: Installation, state: State) -> None:
    words = asked_while(here, state)
    assert len(words) == 5
    assert [each for each in words if REPETITION in each]


def test_an_answer_that_arrived_unnoticed_goes_out_once_more_and_says_so(here: Installation) -> None:
    words = asked_while(here, "loses")
    lost = len(words) - 5
    assert lost >= 1
    assert len([each for each in words if REPETITION in each]) == lost


def test_a_kill_leaves_no_modal_waiting_for_ever(here: Installation) -> None:
    alice = here.slack.user("U0ALICE")
    alice.says(f"RequestId: {case('upstream-slow').request_id}")
    alice.chooses_shortcut("explain_requestids", here.slack.sees("U0ALICE")[-1])
    until(lambda: here.slack.modal("U0ALICE") is not None)
    here.processes[-1].kill()
    time.sleep(3)
    assert "⏳" in str(here.slack.modal("U0ALICE"))
    before = len(here.answers())
    here.serve()
    until(lambda: "⏳" not in str(here.slack.modal("U0ALICE")))
    assert len(here.answers()) == before
