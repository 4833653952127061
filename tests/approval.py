"""What people see, approved by a human eye: transcripts of the words, and the whole blocks of one message of each kind.

A test module holds the ``Transcript`` of a feature; each ``approve`` is a section of ``transcripts/<file>.<language>.txt``.
There are two files a language, one of all that is looked up and one of all that is about the person, so that a changed word,
however many features say it, changes at most two.
A section that is made ``like`` another message shows where it differs from that: ``… 4 lines`` are the same; what is written
stands in place of as many lines of the other, or of as many as ``(in place of 2 lines)`` says after it. So each sentence is
approved once, and a changed sentence is a changed line.

``blocks="card"`` also holds ids, values, styles and order in ``approved/card.json``; the words, which stand in the transcript,
are left out of it.

A difference fails; ``APPROVE=1 pytest …`` writes what was received, and the run of a whole module takes out what it no longer
approves.
"""

import difflib
import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.rendering import Shown, content_of, masked, rendered

BLOCKS: Final = Path(__file__).with_name("approved")
TRANSCRIPTS: Final = Path(__file__).with_name("transcripts")
_HEADING: Final = "=== "
_WIDTH: Final = 128
_WORDS: Final = frozenset({"text", "alt_text", "fallback", "accessibility_label", "url", "private_metadata"})


class Transcript:
    """What one feature says: its chapter in a file, which it shares with the features that say the same sentences."""

    def __init__(self, file: str, feature: str) -> None:
        self._file, self._feature = file, feature
        self._approved: dict[str, list[str]] = {}

    def approve(
        self, section: str, language: str, shown: Shown | Sequence[Shown], like: Shown | None = None, blocks: str = ""
    ) -> None:
        """Hold a message, or several in a row, against its section; and its blocks against those of the kind named."""
        several = shown if isinstance(shown, Sequence) else [shown]
        lines = [line for each in several for line in rendered(each)]
        if like is not None:
            lines = _compared(rendered(like), lines)
        path, name = self._path(language), f"{self._feature}: {section}"
        approved = self._approved.setdefault(language, [])
        if os.environ.get("APPROVE"):
            with _changing(path) as sections:
                _put(sections, name, lines, approved[-1:])
        _compare(f"{path.name}, {name}", _read(path).get(name, []), lines)
        approved.append(name)
        if blocks and language == "en" and not isinstance(shown, Sequence):
            _approve_blocks(blocks, shown)

    def finish(self) -> None:
        """After all tests of the module: the chapter holds nothing that none of them approved."""
        for language, approved in self._approved.items():
            path = self._path(language)
            stale = [name for name in _read(path) if name.startswith(f"{self._feature}: ") and name not in approved]
            if stale and os.environ.get("APPROVE"):
                with _changing(path) as sections:
                    for name in stale:
                        del sections[name]
            elif stale:
                message = f"{path.name} holds what no test approves: {', '.join(stale)}"
                raise AssertionError(message)

    def _path(self, language: str) -> Path:
        return TRANSCRIPTS / f"{self._file}.{language}.txt"


def _read(path: Path) -> dict[str, list[str]]:
    text = path.read_text("utf-8") if path.exists() else ""
    parts = [part.split("\n") for part in re.split(f"^{_HEADING}", text, flags=re.MULTILINE)[1:]]
    return {lines[0]: [line.removeprefix("  ") for line in lines[1:-1]] for lines in parts}


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, list[str]]]:
    """The sections of a file, to be changed in place while no other process of the run changes it."""
    folder = os.open(TRANSCRIPTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        sections = _read(path)
        yield sections
        lines = []
        for name in sorted(sections, key=lambda name: name.split(":")[0]):
            lines += [f"{_HEADING}{name}", *(f"  {line}".rstrip() for line in sections[name])]
        whole = path.with_suffix(".new")
        whole.write_text("\n".join([*lines, ""]), "utf-8")
        whole.replace(path)  # another process may be reading
    finally:
        os.close(folder)


def _put(sections: dict[str, list[str]], name: str, lines: list[str], before: list[str]) -> None:
    """Put a section where it stood, or after the one that was approved before it, or at the end."""
    if name in sections or not before:
        sections[name] = lines
        return
    known = list(sections)
    later = {each: sections.pop(each) for each in known[known.index(before[0]) + 1 :]}
    sections |= {name: lines, **later}


def _approve_blocks(kind: str, shown: Shown) -> None:
    """Hold the structure of a message or view against the approved file of its kind."""
    path = BLOCKS / f"{kind}.json"
    text = _laid_out(_wordless(content_of(shown))) + "\n"
    if os.environ.get("APPROVE"):
        path.write_text(text, "utf-8")
    approved = path.read_text("utf-8") if path.exists() else ""
    _compare(path.name, approved.splitlines(), text.splitlines())


def _compare(name: str, approved: list[str], received: list[str]) -> None:
    if approved != received:
        lines = difflib.unified_diff(approved, received, "approved", "received", lineterm="")
        message = "\n".join([f"{name} differs; when each changed line is right, run again with APPROVE=1", *lines])
        raise AssertionError(message)


def _compared(base: list[str], lines: list[str]) -> list[str]:
    """Lines as what differs from others; nothing of them is lost to who has the others."""
    result = []
    one, other = ([line.strip() for line in each] for each in (base, lines))
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        old, new = end - start, last - first
        if tag == "equal":
            result.append(f"… {_count(old)}")
        else:
            result += lines[first:last]
            result += [f"(in place of {_count(old) if old else 'none'})"] if old != new else []
    return result


def _count(lines: int) -> str:
    return f"{lines} line{'s' * (lines != 1)}"


def _wordless(value: Any, key: str = "") -> Any:
    """Without words, for the transcripts hold them, and without what differs from run to run."""
    if isinstance(value, dict):
        return {name: _wordless(each, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_wordless(each) for each in value]
    if isinstance(value, str):
        return "…" if key in _WORDS else re.sub(r"\b[0-9a-f]{32}\b", "<id>", masked(value))
    return 0 if key == "timestamp" else value


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON of which every part that fits stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + depth <= _WIDTH or not isinstance(value, dict | list):
        return flat
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(each, depth + 1)}" for key, each in value.items()]
    else:
        parts = [_laid_out(each, depth + 1) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(pad + part for part in parts) + "\n" + " " * depth + closing
