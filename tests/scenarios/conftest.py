"""What every scenario leaves behind for the next one on the same stage: nothing on a screen, nothing under way."""

from collections.abc import Iterator

import pytest

from bot.playground import Playground
from bot.playground.slack import PEOPLE


@pytest.fixture(autouse=True)
def _the_stage_is_cleared(request: pytest.FixtureRequest) -> Iterator[None]:
    """A modal that stays open would be taken for the next test's, and a late call would meet the next test's faults."""
    stages = [request.getfixturevalue(name) for name in {"playground", "stage"} & {*request.fixturenames}]
    yield
    for stage in stages:
        if isinstance(stage, Playground):
            _clear(stage)


def _clear(stage: Playground) -> None:
    stage.slack.wait_for(lambda: stage.bot.waiting == 0, 60)
    for person in PEOPLE:
        stage.slack.workspace.set_stack(person.id, [])
