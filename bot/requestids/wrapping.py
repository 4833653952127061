"""Lines that a terminal or a box broke inside words: joined where the break is certain, marked where it is likely."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

CUT: Final = "\ue000"
"""Stands where a word may go on behind a break: what touches it is not told, as it may be half a name."""

_GUTTER: Final = re.compile(r"(?:[ \t│┃║|▌▎▏>]|&gt;)*+")
_BLANKS: Final = str.maketrans("", "", " \t")
_BORDERS: Final = "│┃║|"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,24}m")
_OWN_LINE: Final = re.compile(
    r"[-*#•╷╵]|\d{4}-\d\d-\d\d|(?:request|code|errorcode|error|message|host|status|data|recommend|http|product|action|region|api)"
    r"[ _-]?(?:id|code|name|detail)?[*\"']{0,2}[ \t]?[:=]",
    re.IGNORECASE,
)
_WHOLE_ID: Final = re.compile(r"[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\Z")
_WORD_END: Final = re.compile(r"[A-Za-z0-9._-]\Z")
_REST: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,80}+(?:[ \t]{0,8}\Z|[\"',;}\])<&]|[ \t]+[A-Za-z]{1,20}(?: id)?[ \t]?[:=])")
_NARROWEST: Final = 16
_ALIKE: Final = 6
_NARROWEST_UNSURE: Final = 24
_NARROWEST_BARE: Final = 40

_FOLD: Final = rf"(?:[ \t]*+[│┃║|]?\n(?:[ \t│┃║|>])*+|{CUT})"
_PART: Final = r"[\w.:/@*+=-]"
_BROKEN: Final = rf"[A-Za-z0-9]{_PART}{{0,400}}+(?:{_FOLD}{_PART}{{1,400}}+){{1,8}}+"
_QUOTED: Final = re.compile(rf"(?<![\w.\"])\"{_BROKEN}\"(?=\s?[:,}}\])]|\s*+\Z|\s*+\n)|(?<=[A-Za-z]>){_BROKEN}(?=</)")
_FOLDS: Final = re.compile(_FOLD)
_BESIDE_TIE: Final = re.compile(
    r"(?:(?<=[\w\"]:)|(?<=\":[ \t])|(?<=\"))[ \t]*+[│┃║]?\n[ \t]*+[│┃║>][ \t│┃║>]*+(?=[\"':]|\w++(?!\s?[:=]))"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as pasted, without what stands right of it; ``gutter`` is how it begins, ``frame`` that without blanks."""

    raw: str
    text: str
    gutter: str
    frame: str

    @property
    def words(self) -> str:
        return self.text[len(self.gutter) :]


def join_lines(text: str) -> str:
    """The text with lines that fill the width of their neighbours joined to the next one; the same object when none do.

    A break is certain when at least two lines behind the same gutter end at the same place and none is longer. When only one
    does, the break is replaced by ``CUT`` if the next line begins like the rest of a word.
    """
    if "\n" not in text:
        return text
    raws = _COLOUR.sub("", text).split("\n")
    if max(map(len, raws)) < _NARROWEST:
        return text
    lines = [_line(raw) for raw in raws]
    breaks = ["\n"] * len(lines)
    for first, end in _runs(lines):
        breaks[first : end - 1] = _breaks(lines[first:end])
    if set(breaks) == {"\n"}:
        return text
    parts = [lines[0].raw if breaks[0] == "\n" else lines[0].text]
    for (before, after), line in zip(pairwise(breaks), lines[1:], strict=True):
        start = 0 if before == "\n" else len(line.gutter)
        parts += [before, (line.raw if after == "\n" else line.text)[start:]]
    return "".join(parts)


def join_quoted(text: str) -> str:
    """The text in which a quoted name or value without blanks that was broken over lines stands in one piece."""
    if "\n" not in text and CUT not in text:
        return text
    return _QUOTED.sub(lambda match: _FOLDS.sub("", match[0]), _BESIDE_TIE.sub(" ", text))


def _line(raw: str) -> _Line:
    match = _GUTTER.match(raw)
    gutter = match[0] if match else ""
    text = raw.rstrip(" \t")
    if text[-1:] in _BORDERS and len(text) > len(gutter):
        text = text[:-1].rstrip(" \t")
    return _Line(raw, text, gutter, gutter.translate(_BLANKS))


def _runs(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Where neighbouring lines behind one frame begin and end; a line without any may open the box of those below it."""
    first = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and lines[place].words and lines[place].frame == lines[first].frame:
            continue
        opened = first and lines[first].frame and lines[first - 1].words and not lines[first - 1].frame
        if place - first + bool(opened) > 1:
            yield first - bool(opened), place
        first = place


def _breaks(run: Sequence[_Line]) -> list[str]:
    """What to put between the lines of one run."""
    hanging = max(0, min(len(line.gutter) for line in run[1:]) - len(run[0].gutter))
    widths = [len(line.text) for line in run]
    width = max(widths[1:])
    if widths[0] + hanging >= width and widths[0] != width:
        widths[0] += hanging
    filled = sum(
        length == width and (line is after or not _starts_anew(line, after))
        for length, line, after in zip(widths, run, [*run[1:], run[-1]], strict=True)
    )
    certain = filled > 1 and width >= _NARROWEST and widths[0] <= width
    widest = max(widths)
    result = []
    for length, (line, after) in zip(widths, pairwise(run), strict=False):
        goes_on = line is run[0] or len(after.gutter) <= len(line.gutter)
        if not goes_on or _starts_anew(line, after) or _WHOLE_ID.search(line.text):
            result.append("\n")
        elif certain and length == width:
            result.append("")
        else:
            result.append(CUT if length == widest and _unsure(line, after) else "\n")
    return result


def _starts_anew(line: _Line, after: _Line) -> bool:
    """Whether the next line is none that a break made: it begins like a line of its own, or as this one does."""
    return bool(_OWN_LINE.match(after.words)) or (line.words[:_ALIKE] == after.words[:_ALIKE] and len(after.words) > _ALIKE)


def _unsure(line: _Line, after: _Line) -> bool:
    """Whether the next line may begin with the rest of a line's last word."""
    narrowest = _NARROWEST_UNSURE if after.gutter else _NARROWEST_BARE
    if len(line.text) < narrowest or not _WORD_END.search(line.text):
        return False
    return bool(_REST.match(after.words)) and (bool(after.gutter) or after.words[0].islower())
