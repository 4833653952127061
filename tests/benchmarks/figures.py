"""One figure: what is measured, how much it is, and how much it may be. Less is better for every one of them."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Final

WORSE: Final = 1.15
THOUSAND: Final = 1000
_MET: Final = {True: "met", False: "missed"}
TABLE: Final = re.compile(r"^\| figure, less is better .*?\n(?!\|)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one run. Ratios (``×``) are of two things measured in turns, so that a busy machine slows both."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    said: str = ""

    def line(self) -> str:
        """A line of the report; what misses its goal is marked."""
        goal = f"≤ {self.goal:g}" if self.goal is not None else ""
        mark = "!" if self.goal is not None and self.value > self.goal else " "
        return f"{mark} {self.name:58} {self.value:9.3g} {self.unit:4} {goal:8} {self.said}".rstrip()


def as_json(figures: list[Figure]) -> dict[str, Any]:
    """What benchmarks.json holds: a figure a name."""
    return {each.name: {name: value for name, value in asdict(each).items() if name != "name"} for each in figures}


def worse(figures: list[Figure], before: dict[str, Any]) -> list[str]:
    """The figures that are more than 15 % above those of another run, a sentence each."""
    return [
        f"{each.name}: {each.value:.3g} {each.unit}, {before[each.name]['value']:.3g} before"
        for each in figures
        if each.name in before and each.value > WORSE * before[each.name]["value"]
    ]


def table(kept: dict[str, Any]) -> str:
    """README's table: what has a goal, whether it is met or not."""
    rows = [
        f"| {name} | {_number(value)} {each['unit']} | {_number(goal)} | {_MET[value <= goal]} |"
        for name, each in kept.items()
        if (value := each["value"]) is not None and (goal := each["goal"]) is not None
    ]
    return "\n".join(["| figure, less is better | measured | goal | |", "|---|---|---|---|", *rows]) + "\n"


def _number(value: float) -> str:
    return f"{value:.3g}" if value < THOUSAND else f"{value:,.0f}"


def middle(values: list[float]) -> float:
    """The median of an odd number of rounds."""
    return sorted(values)[len(values) // 2]


def spread(values: list[float]) -> str:
    """How far the rounds lie apart."""
    return f"{min(values):.2f} to {max(values):.2f}"
