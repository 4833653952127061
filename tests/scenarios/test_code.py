"""/requestlog code: user … bot …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.playground import Playground
from tests.approval import approve
from tests.scenarios.stage import HERE, newest, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground.slack import Message

ALICE = "U0ALICE"


@pytest.fixture(autouse=True)
def _no_rule_is_broken(playground: Playground) -> Iterator[None]:
    yield
    assert playground.slack.breaches == []
    playground.alibaba.clear_faults()


def asks(stage: Playground, text: str, user: str = ALICE, channel: str = HERE) -> Message:
    """The bot's answer to a sub-command."""
    before = len(stage.slack.answers(user, channel))
    stage.slack.user(user).types(f"/requestlog {text}", channel=channel)
    return newest(stage, user, before, channel)
