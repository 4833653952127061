"""Files go to Slack and nowhere else."""

import time

import pytest

from bot.delivery import Attachment, Delivery, UndeliverableError
from bot.delivery.redirects import StraightWebClient
from bot.playground.slack import SlackStandIn

FILE = Attachment("requestlog.md", "# 请求\n".encode(), "Kept")


def delivery(slack: SlackStandIn, *hosts: str) -> Delivery:
    """A delivery that may post to these hosts."""
    web = StraightWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Delivery(web, response_hosts=hosts, sleep=time.sleep)


def test_a_file_arrives_whole_in_the_thread_it_belongs_to() -> None:
    with SlackStandIn() as slack:
        root = slack.sees("U0ALICE")[0]
        delivery(slack, "127.0.0.1").upload(FILE, "C0INCIDENT", root.ts)
        posted = slack.sees("U0ALICE")[-1]
        assert posted.thread_ts == root.ts
        assert posted.text == "Kept"
        assert [file["content"] for file in slack.workspace.files.values()] == [FILE.content]
        assert slack.breaches == []


def test_an_upload_address_that_is_not_slack_s_gets_nothing() -> None:
    with SlackStandIn() as slack:
        with pytest.raises(UndeliverableError, match="foreign_upload_url"):
            delivery(slack, "hooks.slack.com").upload(FILE, "C0INCIDENT")
        assert [file["content"] for file in slack.workspace.files.values()] == [None]


@pytest.mark.parametrize(("channel", "reason"), [("C0PUBLIC", "not_in_channel"), ("C0ARCHIVED", "is_archived")])
def test_what_slack_refuses_is_told_by_its_own_word(channel: str, reason: str) -> None:
    with SlackStandIn() as slack, pytest.raises(UndeliverableError, match=reason):
        delivery(slack, "127.0.0.1").upload(FILE, channel)


def test_without_the_scope_nothing_is_uploaded() -> None:
    with SlackStandIn(scopes=("commands", "chat:write")) as slack, pytest.raises(UndeliverableError, match="missing_scope"):
        delivery(slack, "127.0.0.1").upload(FILE, "C0INCIDENT")
