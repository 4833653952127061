"""The ways in, over Socket Mode."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba.cases import case
from bot.playground.slack import SlackStandIn
from tests.scenarios.test_home import home
from tests.scenarios.test_mention import root_of, told
from tests.scenarios.test_shortcut import explained, posted

SAMPLE = case("sample").request_id


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    """A workspace whose bot is connected by a websocket."""
    with Playground(socket_mode=True) as stage:
        stage.slack.wait_for(lambda: stage.slack.bot_is_there, 10)
        yield stage.slack
        assert {request.transport for request in stage.slack.requests} == {"socket"}
        assert stage.slack.breaches == []


def test_the_message_shortcut(slack: SlackStandIn) -> None:
    assert SAMPLE in explained(slack, posted(slack, text=f"RequestId: {SAMPLE}")).words


def test_a_mention(slack: SlackStandIn) -> None:
    assert SAMPLE in told(slack, SAMPLE, root_of(slack)).words


def test_the_home_tab(slack: SlackStandIn) -> None:
    assert "alice" in home(slack, "U0ALICE").words
