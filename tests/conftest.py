"""What many tests share: the stand-ins and the playground, started once."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.alibaba import AlibabaStandIn


@pytest.fixture(scope="module")
def alibaba() -> Iterator[AlibabaStandIn]:
    """The stand-in of Alibaba Cloud, with its cases and no other faults."""
    with AlibabaStandIn() as standin:
        yield standin
        standin.clear_faults()


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    """Both stand-ins and the bot, over HTTP."""
    with Playground() as stage:
        yield stage
