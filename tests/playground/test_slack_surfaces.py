"""What a canvas takes, and where a private answer is seen."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import SlackStandIn
from bot.playground.slack.inputs import elements_of


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as slack:
        yield slack


@pytest.mark.parametrize(
    ("markdown", "error", "breach"),
    [
        ("# fine\n\n```\n#### inside a fence, ![](@U0BOB)\n```\n`![](#C0PUBLIC)` \\![](@U0BOB)", "", ""),
        ("hello ![](@U0BOB)", "", "live_mention"),
        ("#### too deep", "canvas_editing_failed", ""),
        ("\n".join(["| a | b |", "| --- | --- |", *["| 1 | 2 |"] * 150]), "canvas_editing_failed", ""),
    ],
)
def test_a_canvas_takes_three_sizes_of_headings_small_tables_and_no_live_names(
    slack: SlackStandIn, markdown: str, error: str, breach: str
) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    content = {"type": "markdown", "markdown": markdown}
    try:
        client.canvases_create(title="t", channel_id="C0INCIDENT", document_content=content)
        refused = ""
    except SlackApiError as refusal:
        refused = str(refusal.response["error"])
    assert refused == error
    assert [each.rule for each in slack.breaches] == ([breach] if breach else [])


def test_a_private_answer_in_a_thread_without_replies_would_not_be_seen(slack: SlackStandIn) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    root = str(client.chat_postMessage(channel="C0INCIDENT", text="root")["ts"])
    for seen in (False, True):
        client.chat_postEphemeral(channel="C0INCIDENT", user="U0ALICE", thread_ts=root, text="private")
        assert [each.rule for each in slack.breaches] == ["unseen"]
        if not seen:
            client.chat_postMessage(channel="C0INCIDENT", thread_ts=root, text="a reply")


def test_an_attachment_with_blocks_is_not_taken_privately(slack: SlackStandIn) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    with pytest.raises(SlackApiError, match="invalid_attachments"):
        client.chat_postEphemeral(
            channel="C0INCIDENT", user="U0ALICE", text="x", attachments=[{"blocks": [{"type": "divider"}]}]
        )


def test_a_button_in_a_container_can_be_pressed(slack: SlackStandIn) -> None:
    """Slack gives its block an id too, where the bot gave none."""
    button = {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Details"}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "a group"}, "accessory": button}
    folded = {"type": "container", "title": {"type": "plain_text", "text": "More"}, "child_blocks": [section]}
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    ts = str(client.chat_postMessage(channel="C0INCIDENT", text="x", blocks=[folded])["ts"])
    shown = next(each for each in slack.answers("U0ALICE", "C0INCIDENT") if each.ts == ts)
    [(block_id, element)] = elements_of(shown.blocks)
    assert block_id
    assert element["action_id"] == "open"
