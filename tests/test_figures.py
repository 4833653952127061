"""The figures that are compared run by run, and the file that keeps them."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.figures import TABLE, Figure, as_json, table, worse

KEPT = Path(__file__).parent / "benchmarks/benchmarks.json"


@pytest.mark.parametrize(("now", "told"), [(1.0, 0), (1.14, 0), (1.16, 1), (0.5, 0)])
def test_what_got_worse_by_more_than_fifteen_per_cent_is_named(now: float, told: int) -> None:
    before = as_json([Figure("CPU", 1.0, "×", 2.0), Figure("memory", 100, "MiB")])
    named = worse([Figure("CPU", now, "×", 2.0), Figure("memory", 100, "MiB"), Figure("new", 9, "ms")], before)
    assert len(named) == told
    assert all(each.startswith("CPU: 1.16 ×, 1 before") for each in named)


def test_what_misses_its_goal_is_marked() -> None:
    assert Figure("CPU", 3, "×", 2).line().startswith("! CPU")
    assert not Figure("CPU", 2, "×", 2).line().startswith("!")


def test_the_readme_shows_the_kept_figures() -> None:
    shown = TABLE.search((KEPT.parents[2] / "README.md").read_text("utf-8"))
    assert shown is not None
    assert shown.group() == table(json.loads(KEPT.read_text("utf-8")))
