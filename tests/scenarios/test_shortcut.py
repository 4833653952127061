"""The message shortcut and the global one, as people use them."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.playground import Playground
from bot.playground.alibaba.cases import case
from bot.playground.slack import Message, SlackStandIn, View
from tests.approval import Transcript

SAMPLE = case("sample").request_id
DENIED = case("denied-implicit").request_id
SLOW = case("upstream-slow").request_id
TRANSCRIPT = Transcript("account", "shortcut")
LOADING = {"en": "Looking it up", "zh": "正在查询"}


@pytest.fixture(scope="module")
def slack(playground: Playground) -> Iterator[SlackStandIn]:
    """One workspace for the module; Bob reads Chinese."""
    playground.slack.workspace.set_locale("U0BOB", "zh-CN")
    yield playground.slack
    playground.alibaba.clear_faults()
    assert playground.slack.breaches == []


def posted(slack: SlackStandIn, channel: str = "C0INCIDENT", **content: Any) -> Message:
    """A message of Bob's, whatever is in it."""
    fields = {"text": "", **content}
    return slack.workspace.put(Message(slack.workspace.new_ts(), channel, "U0BOB", **fields))


def explained(slack: SlackStandIn, message: Message, user: str = "U0ALICE") -> View:
    """What the modal shows once the look-up is over."""
    slack.workspace.set_stack(user, [])
    slack.user(user).chooses_shortcut(MESSAGE_SHORTCUT, message)
    return filled(slack, user)


def filled(slack: SlackStandIn, user: str = "U0ALICE") -> View:
    """The modal after loading."""

    def result() -> View | None:
        view = slack.modal(user)
        waits = view is None or view.content["callback_id"] or any(word in view.words for word in LOADING.values())
        return None if waits else view

    found = slack.wait_for(result, 10)
    assert found is not None
    return found


def test_alice_explains_a_message_and_sees_a_loading_modal_at_once(slack: SlackStandIn) -> None:
    message = posted(slack, text=f"Error: request id: {SLOW}")
    slack.user("U0ALICE").chooses_shortcut(MESSAGE_SHORTCUT, message)
    loading = slack.wait_for(lambda: slack.modal("U0ALICE"))
    assert loading is not None
    assert LOADING["en"] in loading.words
    assert SLOW in filled(slack).words


@pytest.mark.parametrize(("user", "words"), [("U0ALICE", "Failed"), ("U0BOB", "没有找到")])
def test_each_person_reads_the_result_by_their_own_rights_and_in_their_language(
    slack: SlackStandIn, user: str, words: str
) -> None:
    view = explained(slack, posted(slack, text=f"RequestId: {SAMPLE}"), user)
    assert words in view.words
    assert SAMPLE in view.words


def test_a_message_in_a_thread_is_explained_too(slack: SlackStandIn) -> None:
    root = posted(slack, text="It fails.")
    assert DENIED in explained(slack, posted(slack, text=f"RequestId: {DENIED}", thread_ts=root.ts)).words


def test_several_ids_become_one_summary(slack: SlackStandIn) -> None:
    view = explained(slack, posted(slack, text=f"RequestId: {SAMPLE}\nRequestId: {DENIED}"))
    assert SAMPLE in view.words
    assert DENIED in view.words


def test_the_modal_counts_while_several_look_ups_run(slack: SlackStandIn, playground: Playground) -> None:
    slack.workspace.set_stack("U0ALICE", [])
    ids = [case(name).request_id for name in ("balance", "no-stock", "succeeded")]
    playground.alibaba.fault(request_id=ids[2], delay_s=2)
    slack.user("U0ALICE").chooses_shortcut(
        MESSAGE_SHORTCUT, posted(slack, text="\n".join(f"RequestId: {each}" for each in ids))
    )
    slack.wait_for(lambda: (view := slack.modal("U0ALICE")) is not None and "2 of 3 done" in view.words)
    assert ids[2] in filled(slack).words


def test_a_quoted_message_is_read(slack: SlackStandIn) -> None:
    span = {"type": "rich_text_section", "elements": [{"type": "text", "text": f"RequestId: {SAMPLE}"}]}
    quoted = {"team": "T0REQLOG1", "channel": "C0PUBLIC", "message": {"blocks": [{"type": "rich_text", "elements": [span]}]}}
    view = explained(slack, posted(slack, text="see", attachments=({"is_msg_unfurl": True, "message_blocks": [quoted]},)))
    assert SAMPLE in view.words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "This message is empty"),
        ({"text": "Thanks!"}, "This message holds no RequestId"),
        ({"files": ({"id": "F1", "name": "image.png", "title": "screenshot", "mimetype": "image/png"},)}, "only a picture"),
        ({"blocks": ({"type": "image", "image_url": "https://x", "alt_text": "a graph"},)}, "only a picture"),
        ({"files": ({"id": "F1", "name": "trace.har", "title": "trace", "mimetype": "application/json"},)}, "only a file"),
    ],
    ids=["empty", "no id", "image file", "image block", "file"],
)
def test_a_message_without_ids_gets_its_own_sentence(slack: SlackStandIn, content: dict[str, Any], words: str) -> None:
    assert words in explained(slack, posted(slack, **content)).words


def test_a_message_deleted_meanwhile_is_explained_as_it_was_when_chosen(slack: SlackStandIn) -> None:
    message = posted(slack, text=f"RequestId: {SAMPLE}")
    slack.user("U0BOB").deletes(message)
    assert SAMPLE in explained(slack, message).words


def test_an_expired_trigger_is_answered_in_the_channel_instead(slack: SlackStandIn) -> None:
    slack.refuse("views.open", "expired_trigger_id")
    before = len(slack.answers("U0ALICE"))
    slack.user("U0ALICE").chooses_shortcut(MESSAGE_SHORTCUT, posted(slack, text=f"RequestId: {SAMPLE}"))
    answer = slack.wait_for(lambda: slack.answers("U0ALICE")[before:])[-1]
    assert "could not be opened in time" in answer.words
    assert SAMPLE in answer.words
    assert answer.visible_to == "U0ALICE"


def test_a_modal_closed_too_early_leaves_the_answer_in_the_thread(slack: SlackStandIn, playground: Playground) -> None:
    slack.workspace.set_stack("U0ALICE", [])
    playground.alibaba.fault(request_id=case("quota").request_id, delay_s=1)
    root = posted(slack, text="Look:")
    message = posted(slack, text=f"RequestId: {case('quota').request_id}", thread_ts=root.ts)
    before = len(slack.answers("U0ALICE"))
    slack.user("U0ALICE").chooses_shortcut(MESSAGE_SHORTCUT, message)
    view = slack.wait_for(lambda: slack.modal("U0ALICE"))
    assert view is not None
    slack.user("U0ALICE").closes(view)
    answer = slack.wait_for(lambda: slack.answers("U0ALICE")[before:], 10)[-1]
    assert "closed the dialog" in answer.words
    assert (answer.thread_ts, answer.visible_to) == (root.ts, "U0ALICE")


@pytest.mark.parametrize("channel", ["C0ARCHIVED", "C0PUBLIC", "G0PRIVATE"], ids=["archived", "not a member", "private"])
def test_the_modal_needs_no_membership(slack: SlackStandIn, channel: str) -> None:
    assert SAMPLE in explained(slack, posted(slack, channel, text=f"RequestId: {SAMPLE}")).words


def test_alice_pastes_into_the_global_shortcut(slack: SlackStandIn) -> None:
    slack.workspace.set_stack("U0ALICE", [])
    alice = slack.user("U0ALICE")
    alice.global_shortcut(GLOBAL_SHORTCUT)
    form = slack.wait_for(lambda: slack.modal("U0ALICE"))
    assert form is not None
    TRANSCRIPT.approve("form", "en", form, blocks="shortcut-form")
    alice.submits(form, {"value": " \n "})
    refused = slack.modal("U0ALICE")
    assert refused is not None
    assert refused.errors == {"text": "Paste a RequestId or an error first."}
    request = alice.submits(form, {"value": f"RequestId: {SAMPLE}"})
    assert request is not None
    assert LOADING["en"] in str(request.answer)
    assert SAMPLE in filled(slack).words


def test_a_text_that_is_too_long_gets_a_field_error(slack: SlackStandIn) -> None:
    slack.workspace.set_stack("U0BOB", [])
    bob = slack.user("U0BOB")
    bob.global_shortcut(GLOBAL_SHORTCUT)
    form = slack.wait_for(lambda: slack.modal("U0BOB"))
    assert form is not None
    TRANSCRIPT.approve("form", "zh", form)
    bob.submits(form, {"value": "x" * 3001})
    refused = slack.modal("U0BOB")
    assert refused is not None
    assert "3000" in refused.errors["text"]


def test_a_form_closed_while_it_loads_is_answered_by_direct_message(slack: SlackStandIn) -> None:
    slack.workspace.set_stack("U0ALICE", [])
    alice = slack.user("U0ALICE")
    alice.global_shortcut(GLOBAL_SHORTCUT)
    form = slack.wait_for(lambda: slack.modal("U0ALICE"))
    assert form is not None
    alice.submits(form, {"value": f"RequestId: {case('upstream-unavailable').request_id}"})
    loading = slack.modal("U0ALICE")
    assert loading is not None
    alice.closes(loading)
    answer = slack.wait_for_answer("U0ALICE", "D0ALICE", 15)
    assert "closed the dialog" in answer.words


def test_an_expired_form_says_what_to_do(slack: SlackStandIn) -> None:
    slack.refuse("views.open", "expired_trigger_id")
    before = len(slack.answers("U0AUDITOR", "D0AUDITOR"))
    slack.user("U0AUDITOR").global_shortcut(GLOBAL_SHORTCUT)
    answer = slack.wait_for(lambda: slack.answers("U0AUDITOR", "D0AUDITOR")[before:])[-1]
    assert "/requestlog" in answer.words


def test_the_loading_modal_never_overtakes_the_result(slack: SlackStandIn) -> None:
    """A cached answer is ready before the acknowledgement is: it waits for the modal that the acknowledgement brings."""
    alice = slack.user("U0ALICE")
    for _ in range(5):
        slack.workspace.set_stack("U0ALICE", [])
        alice.global_shortcut(GLOBAL_SHORTCUT)
        form = slack.wait_for(lambda: slack.modal("U0ALICE"))
        assert form is not None
        alice.submits(form, {"value": SAMPLE})
        assert SAMPLE in filled(slack).words


def test_a_guest_is_refused_in_the_modal(slack: SlackStandIn) -> None:
    view = explained(slack, posted(slack, text=f"RequestId: {SAMPLE}"), "U0GUEST")
    assert "Guests of this workspace are not served" in view.words
