"""What is typed, in Socket Mode, with a bot that has a credential of its own: user … bot …"""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import case
from bot.playground.slack import Message
from tests.scenarios.stage import HERE, newest, presses, said

ALICE = "U0ALICE"
OWN = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tStandInBob", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "standin-secret-bob"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Playground]:
    """A playground in Socket Mode; a module of its own, because only one bot runs in a process."""
    with Playground(socket_mode=True, more=OWN) as stage:
        stage.slack.wait_for(lambda: not stage.bot.lacking(), timeout=10)
        yield stage
        assert stage.slack.breaches == []


def types(stage: Playground, text: str, user: str = ALICE, channel: str = HERE) -> Message:
    """The bot's answer to a command."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {text}", channel=channel)
    return newest(stage, user, before, channel)


def test_a_group_of_a_summary_opens_its_card(stage: Playground) -> None:
    answer = types(stage, f"{case('sample').request_id} {case('denied-implicit').request_id}")
    assert "card_refresh" in said(presses(stage, ALICE, answer, "open_card_0"))


def test_two_requests_are_compared(stage: Playground) -> None:
    answer = types(stage, f"diff {case('write-with-token').request_id} {case('write-without-token').request_id}")
    assert "ClientToken" in answer.text


def test_without_an_identity_the_bots_own_credential_asks_the_vendor_about_a_code(stage: Playground) -> None:
    assert "Alibaba Cloud's own advice" in said(types(stage, "code Unsettled.RouteTable", user="U0NOBODY"))


def test_the_bots_own_credential_decodes_and_looks_up_nothing_for_who_has_no_identity(stage: Playground) -> None:
    for text in (f"decode {'A' * 200}", f"diff {case('sample').request_id} {case('of-bob').request_id}"):
        assert "no Alibaba Cloud identity" in types(stage, text, user="U0NOBODY").text
