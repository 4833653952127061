"""When the calls of an incident were made: the marks of a timeline, and the timeline in fixed width.

A row an API and error code, so that the pattern shows: bursts, retries, the first failure. Labels are ASCII, because in
fixed width a wide letter would push the row out of line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from bot.explain.explanation import Kind
from bot.outcomes import Found, Outcome

#: With fewer calls a line of text tells as much.
FEWEST_CALLS: Final = 4
MOST_ROWS: Final = 17
COLUMNS: Final = 60
_LABEL: Final = 34
_COUNT: Final = 4
_PLOT: Final = COLUMNS - _LABEL - _COUNT
_MOST_DIGITS: Final = 9
#: Where all calls stand in one or two columns, no pattern can be seen.
_FEWEST_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One call: when it was sent (aware, UTC), how long the gateway took (milliseconds), and how it ended."""

    at: datetime
    duration_ms: int | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """The calls of one API with one error code, oldest first."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rows in the order of their first call. ``left_out`` counts the rows that were too many."""

    rows: tuple[Row, ...]
    left_out: int = 0

    @property
    def calls(self) -> int:
        """How many calls are on it."""
        return sum(len(row.marks) for row in self.rows)

    @property
    def start(self) -> datetime:
        """When the first call was sent."""
        return min(mark.at for row in self.rows for mark in row.marks)

    @property
    def end(self) -> datetime:
        """When the last call was sent."""
        return max(mark.at for row in self.rows for mark in row.marks)


def timeline(outcomes: Sequence[Outcome]) -> Timeline | None:
    """The timeline of several look-ups; None unless at least four of them found a call, and these lie apart in time."""
    marks = sorted(_marks(outcomes), key=lambda item: (item[0], item[1].at))
    if len(marks) < FEWEST_CALLS:
        return None
    rows = [Row(label, tuple(mark for _, mark in group)) for label, group in groupby(marks, key=lambda item: item[0])]
    rows.sort(key=lambda row: row.marks[0].at)
    line = Timeline(tuple(rows[:MOST_ROWS]), max(len(rows) - MOST_ROWS, 0))
    places = {_column(mark, line) for row in line.rows for mark in row.marks}
    return line if len(places) >= _FEWEST_COLUMNS else None


def clock(when: datetime, line: Timeline) -> str:
    """A moment on the timeline's axis: the time of day, and the date too where the calls are not all of one day."""
    return f"{when:%H:%M:%S}" if _one_day(line) else f"{when:%Y-%m-%d %H:%M}"


def in_fixed_width(line: Timeline) -> str:
    """The timeline as at most 20 lines of at most 60 columns. A digit stands for that many calls."""
    start, end = clock(line.start, line), clock(line.end, line)
    margin = " " * (_LABEL + _COUNT)
    day = f"{line.start:%Y-%m-%d} UTC"
    lines = [
        # Two dates with their times are wider than the axis, so they stand above it
        f"{day:<{_LABEL + _COUNT}}{start}{end:>{_PLOT - len(start)}}" if _one_day(line) else f"{start} – {end} UTC",
        f"{margin}├{'─' * (_PLOT - 2)}┤",
        *(f"{_cut(row.label):<{_LABEL}}{f'{len(row.marks)}×':>3} {_plot(row, line)}" for row in line.rows),
    ]
    if line.left_out:
        lines.append(f"+ {line.left_out}")
    return "\n".join(each.rstrip() for each in lines)


def _marks(outcomes: Sequence[Outcome]) -> list[tuple[str, Mark]]:
    found = []
    for outcome in outcomes:
        if not isinstance(outcome, Found):
            continue
        said = outcome.explanation
        at = said.call.sent_at or said.call.received_at
        if at is not None:
            found.append((_label(said.api, said.error_code), Mark(at, said.timing.duration_ms, said.kind)))
    return found


def _label(api: str | None, code: str | None) -> str:
    said = " ".join(part for part in (api, code) if part) or "?"
    return "".join(letter if " " <= letter <= "~" else "?" for letter in said)


def _cut(label: str) -> str:
    return label if len(label) < _LABEL else f"{label[: _LABEL - 2]}…"


def _one_day(line: Timeline) -> bool:
    return line.start.date() == line.end.date()


def _column(mark: Mark, line: Timeline) -> int:
    span = (line.end - line.start).total_seconds()
    share = (mark.at - line.start).total_seconds() / span if span else 0.0
    return round(share * (_PLOT - 1))


def _plot(row: Row, line: Timeline) -> str:
    columns: dict[int, list[Mark]] = {}
    for mark in row.marks:
        columns.setdefault(_column(mark, line), []).append(mark)
    return "".join(_sign(columns[place]) if place in columns else "·" for place in range(_PLOT))


def _sign(marks: list[Mark]) -> str:
    if len(marks) > 1:
        return str(len(marks)) if len(marks) <= _MOST_DIGITS else "#"
    return "○" if marks[0].kind == "succeeded" else "●"
