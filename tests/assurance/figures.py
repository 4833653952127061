"""The register of figures: a promise, how it is measured, and what came out.

A module of this folder registers its own with ``@figure("G12", "what is run")``: a function of ``long`` (whether the long form
is wanted) that gives a Result. Promises that tests of the suite hold stand in ``suite`` with the tests' names.
"""

import importlib
import json
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    """Whether a promise held, and the figures that say so in one line; ``held`` is None where that cannot be told here."""

    held: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``held`` is None for what was not run, and ``said`` then why."""

    name: str
    goal: str
    run: str
    held: bool | None
    said: str
    seconds: float = 0.0
    form: str = "short"


Measure = Callable[[bool], Result]

GOALS: Final = {
    "G1": "forged, stale or malformed requests: none accepted, no 5xx, no traceback",
    "G2": "every replay refused; a skew of 299 s accepted, of 301 s refused",
    "G3": "a 100 MB body refused after 1 MiB; drips cut within 10 s",
    "G4": "redelivery, double click, retry: one upstream call, one answer",
    "G5": "random texts: no exception, every RequestId found, time linear",
    "G6": "upstream faults: the right sentence, none past deadline + 250 ms, no leaked connection",
    "G7": "random toxics: every call ends within its total + 0.25 s",
    "G8": "upstream down: at most 1.1 attempts a request, 3 for one; no retry on a 4xx but throttling",
    "G9": "Slack faults: delivered another way, later, or recorded with the reason; no duplicate",
    "G10": "a deaf socket: not ready within 30 s, reconnected within 60 s",
    "G11": "no connection outside the allowed hosts",
    "G12": "random look-ups of many people over one cache: no answer made with another's credential",
    "G13": "canary secrets: none in logs, files, blocks, exceptions, metrics, exports",
    "G14": "hostile strings: no live mention, no foreign link",
    "G15": "the log ticket reaches only its asker",
    "G16": "swapped, flipped, cut, old-key rows refused; rotation under writers loses none",
    "G17": "permission matrix generated; default deny; no deviation",
    "G18": "kills at random moments: nothing accepted unanswered, none answered twice; a full disk is told",
    "G19": "the audit's chain finds change, removal, insertion, reorder, swap; one row an attempt",
    "G21": "100 at once: acknowledged within 1 s; 60 s sustained; overload refused politely",
    "G22": "soak: less than 1 MiB an hour; threads and descriptors flat",
    "G23": "SIGTERM under load: nothing accepted is lost; exit 0 within 20 s",
    "G24": "500 equal look-ups at once: one upstream call; errors not cached",
    "G25": "mutation score of 85 % on what decides",
    "G26": "random requests are signed as the official signer does",
    "G27": "branch coverage of 95 %; the linters are silent",
}
"""What is promised, by number."""

NOT_RUN: Final = {
    "G11": "no test watches every connection of a whole run",
    "G25": "no mutation run is set up here",
    "G27": "`.ci/run` measures it",
}
"""Why a promise is not measured here, unless a module registers it."""

_REGISTERED: Final[dict[str, list[tuple[str, Measure]]]] = {}


def figure(name: str, run: str) -> Callable[[Measure], Measure]:
    """Register a measurement of a promise; ``run`` says in a few words what is run."""

    def register(measure: Measure) -> Measure:
        _REGISTERED.setdefault(name, []).append((run, measure))
        return measure

    return register


def suite(name: str, *tests: str) -> None:
    """Register tests of the suite, by their names under tests/, as the measurement of a promise."""

    def measure(long: bool) -> Result:
        del long
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--no-header"]
        ended = subprocess.run([*command, *tests], cwd=ROOT / "tests", capture_output=True, text=True, check=False)
        lines = [line for line in ended.stdout.splitlines() if line.strip()]
        failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
        return Result(ended.returncode == 0, [*failed, *lines[-1:], f"pytest ended with {ended.returncode}"][0])

    figure(name, ", ".join(tests))(measure)


def measured(names: set[str], *, long: bool) -> Iterator[Line]:
    """Every promise with what came out, in order, as it comes; ``names`` are those to run, all when empty."""
    package, form = importlib.import_module("tests.assurance"), "long" if long else "short"
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__":
            importlib.import_module(f"tests.assurance.{module.name}")
    for name, goal in GOALS.items():
        if names and name not in names:
            continue
        if name not in _REGISTERED:
            yield Line(name, goal, "", None, NOT_RUN.get(name, "no measurement is registered"))
        for run, measure in _REGISTERED.get(name, []):
            started = time.monotonic()
            result = measure(long)
            yield Line(name, goal, run, result.held, result.said, round(time.monotonic() - started, 1), form)


def table(lines: list[Line]) -> str:
    """The lines for a terminal."""
    words = {True: "held", False: "FAILED", None: "not run"}
    return "\n".join(
        f"{line.name:4} {words[line.held]:8} {line.seconds:7.1f} s  {line.goal}\n"
        f"{'':24}{f'{line.run}: ' if line.run else ''}{line.said}"
        for line in lines
    )


def number(line: Line) -> int:
    """What orders the lines."""
    return int(line.name.removeprefix("G"))


def as_json(lines: list[Line]) -> dict[str, Any]:
    """The lines for assurance.json."""
    return {"figures": [asdict(line) for line in lines]}


def read(path: Path) -> list[Line]:
    """The lines of an earlier run."""
    return [Line(**each) for each in json.loads(path.read_text("utf-8"))["figures"]] if path.exists() else []
