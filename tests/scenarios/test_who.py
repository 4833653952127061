"""The question after a card: user asks who touched it, who else calls it, what changed; bot asks ActionTrail as that user."""

import json
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.slack import View
from tests.answers import next_answer
from tests.approval import Transcript
from tests.scenarios.stage import HERE, actions_of, asks, clicks, said, who_it_was

TRANSCRIPT = Transcript("requestlog", "who")
PROGRESS = "it answered"
CALLS_FOR_A_USER = 10


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    """With so much time that a slow machine cuts no reading off."""
    with Playground(more={"REQUESTLOG_DEADLINE": "60"}) as stage:
        yield stage


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    playground.slack.workspace.set_locale("U0ALICE", "zh-CN")
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def test_the_auditor_sees_who_touched_the_instance_in_the_hour_before(playground: Playground) -> None:
    view = who_it_was(playground, "U0AUDITOR", "touched")
    TRANSCRIPT.approve("touched", "en", view, blocks="who")
    assert "StopInstance" in said(view)
    assert "StartInstance" not in said(view), "that was three hours before"


def test_the_auditor_sees_who_deleted_what_is_not_found_any_more(playground: Playground) -> None:
    TRANSCRIPT.approve("gone", "en", who_it_was(playground, "U0AUDITOR", "gone"))


def test_what_nobody_touched_is_said_with_the_next_step(playground: Playground) -> None:
    TRANSCRIPT.approve("nobody", "en", who_it_was(playground, "U0AUDITOR", "denied-look-alike"))


def test_the_callers_of_a_throttled_api_are_counted_and_the_bound_is_said(playground: Playground) -> None:
    view = who_it_was(playground, "U0AUDITOR", "throttled-by-others")
    assert "called 200+ × by 3 callers" in said(view)
    assert "these are the newest 200" in said(view)


def test_a_denial_shows_the_changes_that_name_the_user(playground: Playground) -> None:
    view = who_it_was(playground, "U0AUDITOR", "denied-since-change")
    TRANSCRIPT.approve("changed", "en", view)
    assert "ReadOnlyAccess" not in said(view), "that was for bob"


def test_who_may_not_read_action_trail_hears_which_permission_to_ask_for(playground: Playground) -> None:
    TRANSCRIPT.approve("denied", "zh", who_it_was(playground, "U0ALICE", "touched"))


@pytest.mark.parametrize("name", ["succeeded", "sample", "balance", "minimal", "denied-session-policy"])
def test_a_card_about_which_nothing_could_be_asked_has_no_such_button(playground: Playground, name: str) -> None:
    assert "card_who" not in actions_of(asks(playground, "U0AUDITOR", name))


def test_who_closes_the_window_ends_the_reading(playground: Playground) -> None:
    before, answers = playground.alibaba.calls("LookupEvents"), len(playground.slack.answers("U0AUDITOR", HERE)) + 1
    clicks(playground, "U0AUDITOR", asks(playground, "U0AUDITOR", "denied-since-change"), "card_who")

    def reading() -> View | None:
        view = playground.slack.modal("U0AUDITOR")
        return view if view is not None and PROGRESS in said(view) else None

    view = playground.slack.wait_for(reading, timeout=30)
    assert view is not None
    playground.slack.user("U0AUDITOR").closes(view)
    assert "closed the dialog" in next_answer(playground.slack, "U0AUDITOR", answers, HERE).text
    assert playground.alibaba.calls("LookupEvents") < before + CALLS_FOR_A_USER


def test_a_trail_that_fails_is_said_to_be_incomplete(playground: Playground) -> None:
    playground.alibaba.fault(action="LookupEvents", status=503)
    assert "This is not all" in said(who_it_was(playground, "U0AUDITOR", "touched"))


def test_foreign_names_in_events_stay_inert(playground: Playground) -> None:
    name = "<!channel> <https://evil.example|bob> *root*"
    playground.alibaba.add_event(
        {
            "requestId": "hostile",
            "eventName": "DeleteInstance`<!here>",
            "eventTime": "{now-40m}",
            "resourceName": "i-bp1gzf4j0a2kd7ebw3xq",
            "eventRW": "Write",
            "userIdentity": {"type": "ram-user", "userName": name, "accountId": "1973374733454118"},
        }
    )
    view = who_it_was(playground, "U0AUDITOR", "touched")
    spans = [block for block in view.blocks if name in json.dumps(block, ensure_ascii=False)]
    assert {block["type"] for block in spans} == {"rich_text"}
