"""A minute of commands, 20 a second on SQLite and 50 on PostgreSQL; up to which rate it holds; the memory of a long run."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.benchmarks.arrivals import acknowledged, ninety_ninth
from tests.benchmarks.bot_process import BotProcess, bot
from tests.benchmarks.figures import Figure
from tests.benchmarks.upstream import upstream
from tests.postgres import fresh_database

SECONDS: Final = 60
STEP_S: Final = 10
STEPS: Final = (20, 30, 40, 50, 60, 80, 100, 130, 160, 200)
PATIENCE_S: Final = 60
PROMPT_MS: Final = 100
LONG_RUN: Final = 10_000


class Load:
    """A running bot under a load that only grows in number."""

    def __init__(self, running: BotProcess, url: str) -> None:
        self.running, self._url, self.sent, self.refused = running, url, 0, 0

    def at(self, rate: int, seconds: float) -> list[float]:
        """Send so many commands a second; how long each waited to be acknowledged, ascending."""
        moments = [number / rate for number in range(int(rate * seconds))]
        waits, refused = acknowledged(self.running, self._url, moments, self.sent)
        self.sent, self.refused = self.sent + len(moments), self.refused + refused
        return waits

    def unanswered(self) -> int:
        """How many of those taken have no answer once no more come: late ones are not lost."""
        left, since = self.sent, time.monotonic()
        while left and time.monotonic() - since < PATIENCE_S:
            time.sleep(0.1)
            if (now := self.sent - self.refused - self._answered()) < left:
                left, since = now, time.monotonic()
        return left

    def _answered(self) -> int:
        with urllib.request.urlopen(f"{self._url}/_answered", timeout=10) as answer:
            return int(json.load(answer))


@contextmanager
def _loaded(database: str) -> Iterator[Load]:
    settings = {"REQUESTLOG_DATABASE_URL": fresh_database()} if database == "PostgreSQL" else {}
    with upstream() as url, bot(url, settings) as running:
        yield Load(running, url)


def measure() -> list[Figure]:
    """The 99th of a hundred and what was left unanswered, for each database; the knee; the memory."""
    figures = []
    for database, rate in (("SQLite", 20), ("PostgreSQL", 50)):
        with _loaded(database) as load:
            before = load.running.cpu_s()
            waits, left = load.at(rate, SECONDS), load.unanswered()
            cpu = (load.running.cpu_s() - before) / load.sent * 1e3
            said = f"median {waits[len(waits) // 2] * 1e3:.0f}, slowest {waits[-1] * 1e3:.0f} ms; {cpu:.1f} ms of CPU a command"
            name = f"{rate} commands a second on {database}"
            figures.append(Figure(f"{name}: 99th", ninety_ninth(waits), "ms", PROMPT_MS, said))
            figures.append(Figure(f"{name}: unanswered of {load.sent}", left, "", 0, f"{load.refused} refused at once"))
            held = _knee(load)
            said = f"{held} a second held" if held else "not even the first step held"
            figures.append(Figure(f"knee on {database}: time a command", 1000 / (held or 1), "ms", None, said))
            if database == "SQLite":
                while load.sent < LONG_RUN:
                    load.at(held or rate, min((LONG_RUN - load.sent) / (held or rate), SECONDS))
                    load.unanswered()
                figures.append(Figure("memory after 10,000 look-ups of as many ids", load.running.resident_mib(), "MiB", 140))
    return figures


def _knee(load: Load) -> int:
    """The highest rate at which ninety-nine of a hundred are still acknowledged promptly, and none stays unanswered."""
    held = 0
    for rate in STEPS:
        if ninety_ninth(load.at(rate, STEP_S)) > PROMPT_MS or load.unanswered():
            break
        held = rate
    return held
