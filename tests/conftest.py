"""What many tests share: the stand-ins and the playground, started once; and the end of a module's transcripts."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.playground import Playground
from bot.playground.alibaba import AlibabaStandIn
from tests.approval import Transcript

_LEFT_OUT: set[Path] = set()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember of which modules only a part runs."""
    _LEFT_OUT.update(item.path for item in items)


@pytest.fixture(scope="module", autouse=True)
def _no_section_is_stale(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where a whole module ran and nothing failed, its transcripts hold nothing else."""
    yield
    chosen = any("::" in arg for arg in request.config.args) or request.path in _LEFT_OUT
    if not chosen and not request.session.testsfailed:
        for value in vars(request.module).values():
            if isinstance(value, Transcript):
                value.finish()


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
