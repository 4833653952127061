"""ActionTrail through a role, and the step of time for which everybody waits who is told that there is nothing."""

from dataclasses import replace

import pytest

from bot.aliyun.deadline import Deadline
from bot.lookup import Step
from bot.lookup.plan import Question
from bot.outcomes import Found, NotFound, Outcome, Rung
from bot.playground.alibaba import ALICE, BOB
from bot.playground.alibaba.people import ACCOUNT_ID
from tests.lookup.stage import ABSENT, Stage


def on_the_trail(stage: Stage, name: str, request_id: str) -> tuple[Outcome, tuple[Step, ...]]:
    looked = stage.lookup.answer(Question(request_id, "en"), stage.access(name), Deadline.after(20))
    return looked.outcome, looked.steps


def event(request_id: str, days: int, who: str) -> dict[str, object]:
    identity = {"type": "ram-user", "principalId": who, "accountId": ACCOUNT_ID}
    return {"requestId": request_id, "eventName": "X", "eventTime": f"{{now-{days}d}}", "userIdentity": identity}


def test_a_hidden_event_does_not_end_the_search(stage: Stage) -> None:
    """U5: bob's lies in the newest window, alice's in the oldest."""
    request_id = "11111111-1111-4111-8111-111111111111"
    stage.vendor.add_event(event(request_id, 5, BOB.user_id))
    stage.vendor.add_event(event(request_id, 70, ALICE.user_id))
    outcome, steps = on_the_trail(stage, "alice", request_id)
    assert isinstance(outcome, Found)
    assert (steps[-1].rung, steps[-1].decision) == ("trail", "shown")


def test_a_hidden_event_costs_as_many_calls_as_none_and_is_none(stage: Stage) -> None:
    request_id = "22222222-2222-4222-8222-222222222222"
    stage.vendor.add_event(event(request_id, 5, BOB.user_id))
    hidden, steps = on_the_trail(stage, "alice", request_id)
    assert stage.vendor.calls("LookupEvents") >= 3  # a month each
    absent, _steps = on_the_trail(stage, "alice", ABSENT)
    assert hidden == replace(absent, request_id=request_id)
    assert (steps[-1].result, steps[-1].decision, steps[-1].caller) == (
        "found",
        "not_owner",
        f"ram-user/{BOB.user_id}@{ACCOUNT_ID}",
    )


def test_events_that_cannot_be_read_are_none_for_who_sees_only_their_own(stage: Stage) -> None:
    stage.vendor.fault(action="LookupEvents", body="garbage")
    outcome, _steps = on_the_trail(stage, "alice", ABSENT)
    assert isinstance(outcome, NotFound)
    assert outcome.rungs[-1] == Rung("trail", "prod", "not_found")
    stage.members = {"U0AUDITOR"}
    outcome, _steps = on_the_trail(stage, "auditor", ABSENT)
    assert outcome.rungs[-1] == Rung("trail", "prod", "unavailable")


@pytest.mark.parametrize(
    ("elapsed", "deadline", "pause"),
    [
        (0.0, 8.0, 1.25),
        (0.5, 8.0, 0.75),
        (1.25, 8.0, 0.0),
        (1.3, 8.0, 0.95),
        (7.0, 8.0, 0.25),
        (7.5, 8.0, 0.5),
        (9.0, 8.0, 0.0),
    ],
)
def test_an_answer_waits_for_the_next_step_of_time_and_never_past_its_deadline(
    stage: Stage, elapsed: float, deadline: float, pause: float
) -> None:
    stage.lookup.hold(100.0, Deadline(100.0 + deadline, lambda: 100.0 + elapsed))
    assert stage.waited == [pytest.approx(pause)] * (pause > 0)
