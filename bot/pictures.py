"""The timeline of an incident as a picture, drawn with Pillow where the extra ``pictures`` is installed.

Pillow, because it is well kept, one wheel of a few megabytes without dependencies, and brings a font of its own; a plotting
library would be ten times as large for the same dots. The picture has a light panel of its own, so it reads alike in
Slack's light and dark themes; each ending has a shape as well as a colour. It holds ASCII and numbers only, because the
font has nothing else: what it shows is said in the reader's language beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final, Protocol

from PIL.ImageDraw import ImageDraw
from PIL.ImageFont import FreeTypeFont, ImageFont

Font = FreeTypeFont | ImageFont

WIDTH: Final = 1200
_MARGIN: Final = 36
_PLOT_LEFT: Final = 500
_PLOT_RIGHT: Final = WIDTH - 70
_TOP: Final = 84
_ROW: Final = 60
_BOTTOM: Final = 66
_LONGEST_LABEL: Final = 60
_ROOM: Final = _PLOT_LEFT - _MARGIN - 110
_MOST_TICKS: Final = 6
_MOST_DATES: Final = 4

_PANEL: Final = "#FFFFFF"
_EDGE: Final = "#868B94"
_GRID: Final = "#D5D8DE"
_INK: Final = "#1D1C1D"
_QUIET: Final = "#51565E"
_COLOURS: Final = {
    "succeeded": "#12733A",
    "succeeded_but": "#8A5A00",
    "denied": "#6B21A8",
    "throttled": "#B54708",
    "failed": "#B42318",
}
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
_DAY_S: Final = 86_400
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Mark(Protocol):
    """One call: when it was sent, and how it ended (a kind of explanation)."""

    @property
    def at(self) -> datetime:
        """Aware, UTC."""

    @property
    def kind(self) -> str:
        """As ``Explanation.kind``."""


class Row(Protocol):
    """The calls of one label."""

    @property
    def label(self) -> str:
        """ASCII."""

    @property
    def marks(self) -> Sequence[Mark]:
        """Oldest first."""


class Timeline(Protocol):
    """What is drawn."""

    @property
    def rows(self) -> Sequence[Row]:
        """From top to bottom; at least one."""

    @property
    def start(self) -> datetime:
        """When the first call was sent."""

    @property
    def end(self) -> datetime:
        """When the last call was sent."""


@dataclass(frozen=True, slots=True)
class _Fonts:
    text: Font
    small: Font


@dataclass(frozen=True, slots=True)
class _Axis:
    """Moments to pixels; a little room at both ends, so that no mark touches the frame."""

    start: datetime
    span_s: float

    def x(self, when: datetime) -> float:
        share = (when - self.start).total_seconds() / self.span_s
        return _PLOT_LEFT + share * (_PLOT_RIGHT - _PLOT_LEFT)


def timeline_picture(line: Timeline) -> bytes | None:
    """A PNG of the timeline, 1200 pixels wide; None where Pillow is not installed."""
    try:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    height = _TOP + _ROW * len(line.rows) + _BOTTOM
    picture = Image.new("RGB", (WIDTH, height), _PANEL)
    pen = ImageDraw.Draw(picture)
    fonts = _Fonts(ImageFont.load_default(23), ImageFont.load_default(19))
    axis = _axis(line)
    pen.rectangle((0, 0, WIDTH - 1, height - 1), outline=_EDGE, width=2)
    pen.text((_MARGIN, 34), f"UTC {_days(line)}", _INK, fonts.text, anchor="lm")
    for number in range(len(line.rows)):
        y = _TOP + _ROW * number + _ROW // 2
        pen.line((_PLOT_LEFT - 20, y, _PLOT_RIGHT + 20, y), _GRID, 1)
    for moment in _ticks(axis):
        x = axis.x(moment)
        pen.line((x, _TOP - 10, x, height - _BOTTOM + 6), _GRID, 2)
        pen.text((x, height - _BOTTOM + 28), _clock(moment, line), _QUIET, fonts.small, anchor="mm")
    for number, row in enumerate(line.rows):
        _draw_row(pen, row, _TOP + _ROW * number + _ROW // 2, axis, fonts)
    stored = BytesIO()
    picture.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _axis(line: Timeline) -> _Axis:
    span = max((line.end - line.start).total_seconds(), 1.0)
    return _Axis(line.start - timedelta(seconds=span * 0.03), span * 1.06)


def _draw_row(pen: ImageDraw, row: Row, y: int, axis: _Axis, fonts: _Fonts) -> None:
    api, _, code = row.label.partition(" ")
    pen.text((_MARGIN, y - 12 if code else y), _cut(pen, api, fonts.text), _INK, fonts.text, anchor="lm")
    pen.text((_MARGIN, y + 13), _cut(pen, code, fonts.small), _QUIET, fonts.small, anchor="lm")
    pen.text((_PLOT_LEFT - 40, y), f"x{len(row.marks)}", _QUIET, fonts.text, anchor="rm")
    drawn: list[float] = []
    for mark in row.marks:
        x = axis.x(mark.at)
        near = sum(abs(x - each) < 12 for each in drawn)  # noqa: PLR2004 - pixels at which two marks would be one
        _draw_mark(pen, mark.kind, x, y + (0, -9, 9)[near % 3])
        drawn.append(x)


def _cut(pen: ImageDraw, text: str, font: Font) -> str:
    if pen.textlength(text[:_LONGEST_LABEL], font) <= _ROOM and len(text) <= _LONGEST_LABEL:
        return text
    shorter = next(n for n in range(_LONGEST_LABEL, 0, -1) if pen.textlength(f"{text[:n]}...", font) <= _ROOM)
    return f"{text[:shorter]}..."


def _draw_mark(pen: ImageDraw, kind: str, x: float, y: float) -> None:
    colour, r = _COLOURS.get(kind, _INK), 9
    if kind == "denied":
        pen.polygon([(x, y - r - 2), (x + r + 2, y), (x, y + r + 2), (x - r - 2, y)], colour, _PANEL)
    elif kind == "throttled":
        pen.polygon([(x, y - r - 1), (x + r + 1, y + r - 1), (x - r - 1, y + r - 1)], colour, _PANEL)
    elif kind == "failed":
        pen.rectangle((x - r + 1, y - r + 1, x + r - 1, y + r - 1), colour, _PANEL)
    else:
        pen.ellipse((x - r, y - r, x + r, y + r), colour, _PANEL)


def _ticks(axis: _Axis) -> Iterator[datetime]:
    """Round moments, at most six: the finest step that fits; over many days, whole days apart, and at most four."""
    step = next((each for each in _STEPS_S if axis.span_s / each <= (_MOST_TICKS if each < _DAY_S else _MOST_DATES)), 0)
    step = step or _DAY_S * (int(axis.span_s / _DAY_S / _MOST_DATES) + 1)
    first = int((axis.start - _EPOCH).total_seconds() // step + 1) * step
    end = (axis.start - _EPOCH).total_seconds() + axis.span_s
    for seconds in range(first, int(end) + 1, step):
        yield _EPOCH + timedelta(seconds=seconds)


def _clock(moment: datetime, line: Timeline) -> str:
    if (line.end - line.start).total_seconds() > _DAY_S * _MOST_DATES:
        return f"{moment:%Y-%m-%d}"
    if (line.end - line.start).total_seconds() > _DAY_S:
        return f"{moment:%m-%d %H:%M}"
    return f"{moment:%H:%M:%S}"


def _days(line: Timeline) -> str:
    first, last = f"{line.start:%Y-%m-%d}", f"{line.end:%Y-%m-%d}"
    return first if first == last else f"{first} / {last}"
