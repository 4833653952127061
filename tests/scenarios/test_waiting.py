"""A log that is not written yet: user asks, bot looks again by itself and answers when it is there; user may end that."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, View
from tests.approval import Transcript
from tests.scenarios.stage import HERE, actions_of, clicks

TRANSCRIPT = Transcript("requestlog", "waiting")
LATE = case("parameters").request_id


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    yield
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def not_yet(stage: Playground, request_id: str, looks: int) -> None:
    """The log arrives only after so many looks."""
    stage.alibaba.fault(request_id=request_id, action="GetOwnRequestLog", status=404, code="NotFound.RequestLog", times=looks)


def typed(stage: Playground, user: str, request_id: str) -> Message:
    """The bot's answer to a typed RequestId."""
    before = len(stage.slack.answers(user))
    stage.slack.user(user).types(f"/requestlog {request_id}")
    return stage.slack.wait_for(lambda: stage.slack.answers(user)[before:], 10)[-1]


def replaced(stage: Playground, user: str, shown: Message) -> Message:
    """The message in the place of another, once it is another."""

    def there() -> Message | None:
        now = next((each for each in stage.slack.answers(user) if each.ts == shown.ts), None)
        return now if now is not None and now.words != shown.words else None

    message = stage.slack.wait_for(there, 25)
    assert message is not None
    return message


def shown_in_modal(stage: Playground, user: str, part: str) -> View:
    """The modal of a person once it says something."""

    def there() -> View | None:
        view = stage.slack.modal(user)
        return view if view is not None and part in view.words else None

    view = stage.slack.wait_for(there, 25)
    assert view is not None
    return view


@pytest.mark.parametrize(("user", "language", "name"), [("U0ALICE", "en", "read-unavailable"), ("U0BOB", "zh", "of-bob")])
def test_a_button_has_the_log_shown_in_its_place_once_it_is_there(
    playground: Playground, user: str, language: str, name: str
) -> None:
    """The first look finds nothing, nor does the one of the button; the next one does."""
    not_yet(playground, case(name).request_id, looks=2)
    first = typed(playground, user, case(name).request_id)
    assert actions_of(first) == ["card_refresh", "wait"]
    clicks(playground, user, first, "wait")
    waiting = replaced(playground, user, first)
    assert actions_of(waiting) == ["card_refresh", "wait_end"]
    TRANSCRIPT.approve("a log that is waited for", language, waiting, like=first)
    found = replaced(playground, user, waiting)
    assert "card_parameters" in str(found.blocks)
    assert found.visible_to == user


def test_an_id_of_a_young_message_is_waited_for_by_itself_and_shown_in_the_open_modal(playground: Playground) -> None:
    not_yet(playground, LATE, looks=1)
    workspace = playground.slack.workspace
    post = workspace.put(Message(f"{workspace.clock() - 5:.6f}", HERE, "U0NOBODY", f"RequestId: {LATE}"))
    playground.slack.user("U0ALICE").chooses_shortcut("explain_requestids", post)
    waiting = shown_in_modal(playground, "U0ALICE", "looks again by itself")
    assert actions_of(waiting) == ["card_refresh", "wait_end"]
    assert "CreateDBInstance" in shown_in_modal(playground, "U0ALICE", "Looked up again").words


def test_a_wait_that_was_ended_looks_no_more(playground: Playground) -> None:
    name = case("write-without-token").request_id
    not_yet(playground, name, looks=2)
    first = typed(playground, "U0ALICE", name)
    clicks(playground, "U0ALICE", first, "wait")
    waiting = replaced(playground, "U0ALICE", first)
    clicks(playground, "U0ALICE", waiting, "wait_end")
    assert actions_of(replaced(playground, "U0ALICE", waiting)) == ["card_refresh", "wait"]
