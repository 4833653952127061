"""When the calls of an incident were made: Slack's own bar chart, and in its stead a timeline in fixed width.

The chart has a series an ending. The timeline has a row an API and error code, so that the pattern shows: bursts, retries, the
first failure. Its labels are ASCII, because in fixed width a wide letter would push the row out of line.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, get_args

from bot.blocks.kit import Block, fit
from bot.blocks.views import data_table
from bot.explain.explanation import Kind
from bot.languages import Language, Texts
from bot.outcomes import Found, Outcome

TEXTS: Final = Texts("bot.blocks", "summary.toml")

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
#: Slack takes 20; with fewer the message is shorter, and the pattern shows as well.
MOST_BARS: Final = 12
TABLE: Final = ("time", "api", "code", "caller", "region", "ms", "request_id")
#: What all calls have in common of these stands above the table, and in it takes room for nothing.
_SHARED: Final = frozenset({"api", "caller", "region"})
_LONGEST_CELL: Final = 60
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
#: The lengths that a bar may stand for, in seconds: a second to a year.
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200)
_DAY: Final = 86_400
_DAYS: Final = (1, 2, 7, 30, 365, 3650)


@dataclass(frozen=True, slots=True)
class Mark:
    """One call: when it was sent (aware, UTC), and how it ended."""

    at: datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """The calls of one API with one error code, oldest first."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rows in the order of their first call."""

    rows: tuple[Row, ...]

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
    line = Timeline(tuple(rows))
    places = {_column(mark, line) for row in line.rows for mark in row.marks}
    return line if len(places) >= _FEWEST_COLUMNS else None


def chart(line: Timeline, language: Language) -> Block:
    """The calls over time as bars, one series for each way in which they ended."""
    marks = [mark for row in line.rows for mark in row.marks]
    step = _step((line.end - line.start).total_seconds())
    first = int(line.start.timestamp()) // step
    count = int(line.end.timestamp()) // step - first + 1
    labels = [_label_of(datetime.fromtimestamp((first + number) * step, UTC), step, line) for number in range(count)]
    placed = Counter((mark.kind, int(mark.at.timestamp()) // step - first) for mark in marks)
    kinds = [kind for kind in get_args(Kind) if any(mark.kind == kind for mark in marks)]
    kinds.sort(key=lambda kind: kind == "succeeded")  # failures are the news
    series = [
        {
            "name": TEXTS(f"ending.{kind}", language),
            "data": [{"label": label, "value": placed[kind, number]} for number, label in enumerate(labels)],
        }
        for kind in kinds
    ]
    axes = {"categories": labels, "x_label": TEXTS("chart.x", language), "y_label": TEXTS("chart.y", language)}
    title = TEXTS("chart.title", language, count=len(marks), start=clock(line.start, line), end=clock(line.end, line))
    return {"type": "data_visualization", "title": title, "chart": {"type": "bar", "series": series, "axis_config": axes}}


def _step(span_s: float) -> int:
    """The shortest length of a bar with which all fit."""
    fitting = (step for step in (*_STEPS, *(days * _DAY for days in _DAYS)) if span_s // step + 2 <= MOST_BARS)
    return next(fitting, _DAYS[-1] * _DAY)


def _label_of(when: datetime, step: int, line: Timeline) -> str:
    if step >= _DAY:
        return f"{when:%Y-%m-%d}"
    if step < timedelta(minutes=1).total_seconds():
        return f"{when:%H:%M:%S}" if _one_day(line) else f"{when:%m-%d %H:%M:%S}"
    return f"{when:%H:%M}" if _one_day(line) else f"{when:%m-%d %H:%M}"


def calls_table(outcomes: Sequence[Outcome], endings: Sequence[str], language: Language) -> Block:
    """A row a RequestId, in the order of their calls, those of which no time is known last; ``endings`` says how each ended."""
    times = [sent(outcome) for outcome in outcomes]
    days = {f"{time:%Y-%m-%d}" for time in times if time}
    heads = [TEXTS(f"table.{name}", language) for name in TABLE]
    form = "%Y-%m-%d %H:%M:%S" if len(days) > 1 else "%H:%M:%S"
    if len(days) == 1:
        heads[0] = f"{heads[0]} {days.pop()}"
    ordered = sorted(zip(times, outcomes, endings, strict=True), key=lambda row: (row[0] is None, row[0] or _NEVER))
    rows = [[f"{time:{form}}" if time else None, *_cells(outcome, ending)] for time, outcome, ending in ordered]
    apart = (name not in _SHARED or len({row[column] for row in rows} - {None}) > 1 for column, name in enumerate(TABLE))
    told = [column for column, wanted in enumerate(apart) if wanted]
    shown = [[row[column] for column in told] for row in rows]
    caption = TEXTS("table.caption", language, count=len(rows))
    return data_table(caption, [heads[column] for column in told], shown, header=len(told) - 1)


def _cells(outcome: Outcome, ending: str) -> list[str | int | None]:
    if not isinstance(outcome, Found):
        return [None, ending, None, None, None, outcome.request_id]
    said = outcome.explanation
    known = (said.api, ending, said.call.caller_words, said.region_id)
    return [*(fit(each, _LONGEST_CELL) if each else None for each in known), said.timing.duration_ms, outcome.request_id]


def sent(outcome: Outcome) -> datetime | None:
    """When a call was sent, as far as a log tells it."""
    if not isinstance(outcome, Found):
        return None
    call = outcome.explanation.call
    return call.sent_at or call.received_at


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
        *(f"{_cut(row.label):<{_LABEL}}{f'{len(row.marks)}×':>3} {_plot(row, line)}" for row in line.rows[:MOST_ROWS]),
    ]
    if len(line.rows) > MOST_ROWS:
        lines.append(f"+ {len(line.rows) - MOST_ROWS}")
    return "\n".join(each.rstrip() for each in lines)


def _marks(outcomes: Sequence[Outcome]) -> list[tuple[str, Mark]]:
    return [
        (_label(each.explanation.api, each.explanation.error_code), Mark(at, each.explanation.kind))
        for each in outcomes
        if isinstance(each, Found) and (at := sent(each)) is not None
    ]


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
