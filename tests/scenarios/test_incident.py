"""An incident told as one: user … bot …, a summary shared, kept, and put into the channel's canvas, in both languages."""

import re
from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message, View
from tests.scenarios.stage import HERE, actions_of, changes, close_all, newest, presses, said
from tests.scenarios.test_many import asks, throttled

ALICE, BOB = "U0ALICE", "U0BOB"
ACCOUNT, USER, ADDRESS = "1973374733454118", "241009849925897811", "203.0.113.17"
HEADLINES = {"en": "4 of 5: Throttling.User", "zh": "5 个中有 4 个：Throttling.User"}


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    """With room for all these incidents within a minute."""
    with Playground(more={"REQUESTLOG_RATE": "1000"}) as stage:
        yield stage


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    for user in (ALICE, BOB):
        close_all(playground, user)


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest, playground: Playground) -> Iterator[str]:
    """Alice chose a language."""
    asks(playground, ["settings", str(request.param)])
    yield str(request.param)
    asks(playground, ["settings", "auto"])


def incident(stage: Playground, channel: str = HERE) -> Message:
    """The bot's summary of four throttled calls and a refused one."""
    return asks(stage, [*throttled(stage, 4), case("denied-implicit").request_id], channel=channel)


def shares(stage: Playground, channel: str = HERE) -> View:
    """Alice presses Share under a summary; the preview."""
    return presses(stage, ALICE, incident(stage, channel), "card_share")


def test_a_summary_is_shared_as_one_redacted_message(playground: Playground, language: str) -> None:
    view = shares(playground)
    assert "card_open" not in actions_of(view)
    before = len(playground.slack.answers(BOB, HERE))
    playground.slack.user(ALICE).submits(view)
    shared = newest(playground, BOB, before)
    assert shared.visible_to is None
    assert shared.text.startswith(HEADLINES[language])
    assert {"data_visualization", "data_table"} <= {block["type"] for block in shared.blocks}
    for part in (ACCOUNT, USER, ADDRESS, "/requestlog"):
        assert part not in said(shared) + shared.text


def test_a_reader_opens_a_group_of_it_with_their_own_rights(playground: Playground) -> None:
    before = len(playground.slack.answers(BOB, HERE))
    playground.slack.user(ALICE).submits(shares(playground))
    view = presses(playground, BOB, newest(playground, BOB, before), "card_open")
    assert "Throttling.User" in said(view)
    assert USER not in said(view), "the log is alice's: bob gets what was shared"


def test_a_switch_that_is_turned_shows_what_it_hides(playground: Playground) -> None:
    view = shares(playground)
    assert USER not in said(view)
    playground.slack.user(ALICE).clicks(view, "share_masks", [])
    assert USER in said(changes(playground, ALICE, view))


def test_a_summary_is_kept_as_markdown(playground: Playground, language: str) -> None:
    view = shares(playground)
    before = len(playground.slack.answers(BOB, HERE))
    playground.slack.user(ALICE).clicks(view, "share_keep")
    message = newest(playground, BOB, before)
    text = playground.slack.workspace.files[message.files[0]["id"]]["content"].decode()
    assert text.startswith(f"# {HEADLINES[language]}")
    assert "├" in text
    assert "| --- |" in text
    for part in (ACCOUNT, USER, ADDRESS):
        assert part not in text


def written(stage: Playground, view: View) -> View:
    """Alice presses the button that writes into the canvas; the modal that says what came of it."""
    stage.slack.user(ALICE).clicks(view, "share_canvas")
    return changes(stage, ALICE, view)


def test_a_canvas_of_the_channel_grows_with_each_summary_and_is_made_anew_when_it_was_deleted(
    playground: Playground, language: str
) -> None:
    canvases = playground.slack.workspace.canvases
    for old in [*canvases]:
        playground.slack.workspace.delete_canvas(old)
    said_then = {"en": "post-mortem canvas now", "zh": "已写入频道的复盘画布"}[language]
    view = written(playground, shares(playground))
    assert said_then in said(view)
    assert said_then in said(written(playground, view))
    [canvas] = canvases.values()
    name = playground.slack.workspace.channels[HERE].name
    assert canvas["title"] == {"en": f"Post-mortem of {name}", "zh": f"{name} 复盘"}[language]
    assert len(re.findall(rf"(?m)^# {HEADLINES[language]}", canvas["markdown"])) == 2
    for part in (ACCOUNT, USER, ADDRESS):
        assert part not in canvas["markdown"]
    playground.slack.workspace.delete_canvas(canvas["id"])
    assert said_then in said(written(playground, shares(playground)))
    [anew] = canvases.values()
    assert anew["id"] != canvas["id"]
    assert len(re.findall(rf"(?m)^# {HEADLINES[language]}", anew["markdown"])) == 1


def test_a_single_card_goes_into_the_canvas_too(playground: Playground) -> None:
    one = presses(playground, ALICE, asks(playground, [case("denied-implicit").request_id]), "card_share")
    assert "post-mortem canvas now" in said(written(playground, one))
    assert any("ecs:RunInstances" in each["markdown"] for each in playground.slack.workspace.canvases.values())


@pytest.mark.parametrize(
    ("error", "part"),
    [
        ("missing_scope", "canvases:write"),
        ("canvas_disabled_user_team", "Keep it as a file"),
        ("team_tier_cannot_create_channel_canvases", "Keep it as a file"),
        ("restricted_action", "restricted_action"),
    ],
)
def test_a_canvas_that_cannot_be_written_says_what_to_do(playground: Playground, error: str, part: str) -> None:
    view = shares(playground)
    for canvas in [*playground.slack.workspace.canvases]:
        playground.slack.workspace.delete_canvas(canvas)
    playground.slack.refuse("canvases.create", error)
    assert part in said(written(playground, view))
    assert playground.slack.workspace.canvases == {}


def test_foreign_text_in_a_canvas_neither_pings_nor_links(playground: Playground) -> None:
    view = presses(playground, ALICE, asks(playground, [case("hostile-text").request_id]), "card_share")
    playground.slack.user(ALICE).clicks(view, "share_masks", [])
    written(playground, changes(playground, ALICE, view))
    text = "\n".join(each["markdown"] for each in playground.slack.workspace.canvases.values())
    assert "channel" in text
    fenced = re.sub(r"(?ms)^(`{3,})[a-z]*\n.*?^\1$", "", text)
    outside = re.sub(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", "", fenced)
    assert re.findall(r"(?<!\\)!\[|(?<!\\)<[@#!]|https?://|(?<!\\)\]\(", outside) == []
