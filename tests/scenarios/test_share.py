"""Sharing a card: user … bot …, with a preview, masked by class, where the bot is a member and where it is not."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import View
from tests.scenarios.stage import (
    HERE,
    actions_of,
    asks,
    card_in_modal,
    changes,
    close_all,
    delivered_again,
    form_of,
    newest,
    presses,
    said,
)

ACCOUNT, USER, ADDRESS = "1973374733454118", "241009849925897811", "203.0.113.17"
PRIVATE = "G0PRIVATE"
LOBBY = "C0PUBLIC"


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    for user in ("U0ALICE", "U0BOB", "U0NOBODY"):
        close_all(playground, user)


def ended(stage: Playground, user: str, part: str) -> View:
    """The modal of a person once it says how the sharing went."""

    def there() -> View | None:
        view = stage.slack.modal(user)
        return view if view is not None and part in view.words else None

    view = stage.slack.wait_for(there, 10)
    assert view is not None
    return view


def test_who_closed_the_modal_meanwhile_is_told_in_a_message(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    playground.slack.refuse("chat.postMessage", "is_archived")
    playground.slack.refuse("views.update", "not_found", times=60)
    before = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.user("U0ALICE").submits(view)
    told = newest(playground, "U0ALICE", before)
    assert "archived" in said(told)


def test_the_preview_masks_everything_at_first_and_nothing_is_posted(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "denied-implicit")
    bob_saw = len(playground.slack.sees("U0BOB", HERE))
    view = presses(playground, "U0ALICE", message, "card_share")
    for part in (ACCOUNT, USER, ADDRESS):
        assert part not in said(view)
    assert "ecs:RunInstances" in said(view)
    assert len(playground.slack.sees("U0BOB", HERE)) == bob_saw


def test_each_class_has_its_switch_and_the_preview_follows(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "denied-implicit"), "card_share")
    playground.slack.user("U0ALICE").clicks(view, "share_masks", ["accounts", "names", "parameters"])
    view = changes(playground, "U0ALICE", view)
    assert ADDRESS in said(view)
    assert ACCOUNT not in said(view)
    playground.slack.user("U0ALICE").clicks(view, "share_masks", [])
    assert ACCOUNT in said(changes(playground, "U0ALICE", view))


def test_what_is_posted_is_the_preview_with_who_shared_it_and_never_the_command(playground: Playground) -> None:
    message = asks(playground, "U0ALICE", "denied-implicit")
    view = presses(playground, "U0ALICE", message, "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    shared = newest(playground, "U0BOB", before)
    assert shared.visible_to is None
    assert '"type": "user", "user_id": "U0ALICE"' in said(shared)
    assert ACCOUNT not in said(shared) + shared.text
    assert "you (alice)" in message.text
    assert "alice" not in shared.text, "others read of a RAM user"
    assert all("/requestlog" not in seen.text for seen in playground.slack.sees("U0BOB", HERE))
    ended(playground, "U0ALICE", "posted where the card stands")


def test_switches_that_were_turned_count_when_it_is_sent_off(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "denied-implicit"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view, {"share_masks": ["accounts"]})
    shared = newest(playground, "U0BOB", before)
    assert ADDRESS in said(shared)
    assert ACCOUNT not in said(shared)


def test_a_modal_sent_off_twice_is_posted_once(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    newest(playground, "U0BOB", before)
    delivered_again(playground, playground.slack.requests[-1])
    asks(playground, "U0ALICE", "sample")
    assert len(playground.slack.answers("U0BOB", HERE)) == before + 1


def test_hostile_text_stays_inert_when_shared(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "hostile-text"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view, {"share_masks": []})
    shared = newest(playground, "U0BOB", before)
    assert said(shared).count('"type": "user"') == 1
    assert "<!channel>" not in shared.text


def test_where_the_bot_is_no_member_the_click_itself_opens_the_way(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample", LOBBY), "card_share")
    before = len(playground.slack.answers("U0BOB", LOBBY))
    playground.slack.user("U0ALICE").submits(view)
    shared = newest(playground, "U0BOB", before, LOBBY)
    assert shared.visible_to is None
    assert all("/requestlog" not in seen.text for seen in playground.slack.sees("U0BOB", LOBBY))


def test_where_slack_does_not_say_who_is_in_a_channel_nothing_is_posted_for_all_to_see(playground: Playground) -> None:
    """Of a private channel without the bot Slack tells nothing: another organisation may be in it."""
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample", PRIVATE), "card_share")
    before = len(playground.slack.answers("U0BOB", PRIVATE))
    playground.slack.user("U0ALICE").submits(view)
    assert "another organisation" in ended(playground, "U0ALICE", "was not posted").words
    assert len(playground.slack.answers("U0BOB", PRIVATE)) == before


def test_where_no_way_is_open_a_sentence_says_how_to_invite_the_bot(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample", LOBBY), "card_share")
    playground.slack.refuse("response_url", "expired_url", times=2)
    playground.slack.user("U0ALICE").submits(view)
    assert "/invite @requestlog" in ended(playground, "U0ALICE", "was not posted").words


def test_an_archived_channel_has_its_own_sentence(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    playground.slack.refuse("chat.postMessage", "is_archived")
    playground.slack.user("U0ALICE").submits(view)
    ended(playground, "U0ALICE", "archived")


def test_another_person_opens_what_was_shared_with_their_own_rights(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    shared = newest(playground, "U0BOB", before)
    assert actions_of(shared) == ["card_open"]
    theirs = said(presses(playground, "U0BOB", shared, "card_open"))
    assert "No log found" in theirs
    assert "IncorrectStatus.TransitRouter" in theirs, "what was shared is explained all the same"
    assert "no Alibaba Cloud identity" in said(presses(playground, "U0NOBODY", shared, "card_open"))
    mine = presses(playground, "U0ALICE", shared, "card_open")
    assert "you (alice)" in said(mine)
    assert "card_parameters" in actions_of(mine)


def test_who_may_not_look_it_up_is_explained_what_was_shared(playground: Playground) -> None:
    """Not less than the card says, and under its name."""
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "denied-implicit"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    theirs = said(presses(playground, "U0BOB", newest(playground, "U0BOB", before), "card_open"))
    for part in ("ecs:RunInstances", "no policy allows it", "did not allow ecs:RunInstances", "Source: the shared card"):
        assert part in theirs
    assert "pasted text" not in theirs


def test_a_private_click_on_a_public_message_never_replaces_it(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    shared = newest(playground, "U0BOB", before)
    presses(playground, "U0ALICE", shared, "card_open")
    click = playground.slack.requests[-1].payload
    forged = click | {
        "actions": [{**click["actions"][0], "action_id": "card_refresh", "value": case("sample").request_id}],
        "trigger_id": "another",
    }
    count = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.delivery.interaction(forged)
    assert newest(playground, "U0ALICE", count).visible_to == "U0ALICE"
    assert said(playground.slack.workspace.message(HERE, shared.ts)) == said(shared)  # type: ignore[arg-type] # it is there


def test_from_a_modal_in_a_thread_it_is_shared_into_that_thread(playground: Playground) -> None:
    post = next(m for m in playground.slack.sees("U0ALICE", HERE) if m.thread_ts and case("sample").request_id in m.text)
    playground.slack.user("U0ALICE").chooses_shortcut("explain_requestids", post)
    shown = card_in_modal(playground, "U0ALICE")
    view = presses(playground, "U0ALICE", shown, "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view)
    assert newest(playground, "U0BOB", before).thread_ts == post.thread_ts


def test_where_the_card_had_no_place_a_channel_is_chosen(playground: Playground) -> None:
    form = form_of(playground, "U0ALICE")
    playground.slack.user("U0ALICE").submits(form, {"text": case("sample").request_id})
    shown = card_in_modal(playground, "U0ALICE")
    view = presses(playground, "U0ALICE", shown, "card_share")
    before = len(playground.slack.answers("U0BOB", HERE))
    playground.slack.user("U0ALICE").submits(view, {"share_where": HERE})
    assert "RunInstances" in said(newest(playground, "U0BOB", before))
    playground.slack.wait_for(lambda: "was posted" in said(playground.slack.modal("U0ALICE")), 10)  # type: ignore[arg-type] # it stays


def test_the_post_mortem_file_is_masked_and_pressing_twice_keeps_one(playground: Playground) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "denied-implicit"), "card_share")
    files = len(playground.slack.workspace.files)
    playground.slack.user("U0ALICE").clicks(view, "share_keep")
    playground.slack.user("U0ALICE").clicks(view, "share_keep")
    view = changes(playground, "U0ALICE", view)
    assert "Kept as a file" in said(view)
    asks(playground, "U0ALICE", "sample")
    kept = list(playground.slack.workspace.files.values())[files:]
    assert [file["name"] for file in kept] == [f"requestlog-{case('denied-implicit').request_id}.md"]
    text = kept[0]["content"].decode()
    assert "ecs:RunInstances" in text
    for part in (ACCOUNT, USER, ADDRESS, "vsw-bp1s5fnvk4gn2tws03624"):
        assert part not in text


@pytest.mark.parametrize(("error", "part"), [("missing_scope", "files:write"), ("not_in_channel", "/invite @requestlog")])
def test_a_file_that_cannot_be_kept_says_what_is_missing(playground: Playground, error: str, part: str) -> None:
    view = presses(playground, "U0ALICE", asks(playground, "U0ALICE", "sample"), "card_share")
    method = "files.getUploadURLExternal" if error == "missing_scope" else "files.completeUploadExternal"
    playground.slack.refuse(method, error)
    playground.slack.user("U0ALICE").clicks(view, "share_keep")
    assert part in said(changes(playground, "U0ALICE", view))


def test_a_chinese_sharer_shares_in_chinese(playground: Playground) -> None:
    playground.slack.workspace.set_locale("U0AUDITOR", "zh-CN")
    view = presses(playground, "U0AUDITOR", asks(playground, "U0AUDITOR", "denied-implicit"), "card_share")
    before = len(playground.slack.answers("U0ALICE", HERE))
    playground.slack.user("U0AUDITOR").submits(view)
    shared = newest(playground, "U0ALICE", before)
    ended(playground, "U0AUDITOR", "已发布到卡片所在的位置")
    assert "分享者" in said(shared)
    assert "已隐藏" in said(shared)
