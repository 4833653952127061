"""A minute of commands, 20 a second on SQLite and 50 on PostgreSQL: how long each waits for its acknowledgement."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.benchmarks.bot_process import BotProcess, bot, command, signed
from tests.benchmarks.figures import Figure
from tests.benchmarks.upstream import upstream
from tests.postgres import fresh_database

SECONDS: Final = 60
WAITING: Final = 64


def _acknowledged(running: BotProcess, url: str, number: int) -> float:
    body, headers = signed(command(url, number))
    start = time.monotonic()
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/slack/events", body, headers), timeout=30):
        return time.monotonic() - start


def _load(running: BotProcess, url: str, rate: int) -> list[float]:
    with ThreadPoolExecutor(WAITING) as pool:
        start = time.monotonic()
        waiting = []
        for number in range(rate * SECONDS):
            time.sleep(max(start + number / rate - time.monotonic(), 0))
            waiting.append(pool.submit(_acknowledged, running, url, number))
        return sorted(each.result() for each in waiting)


def measure() -> list[Figure]:
    """The 99th of a hundred, for each database."""
    figures = []
    for name, rate, settings in (("SQLite", 20, {}), ("PostgreSQL", 50, {"REQUESTLOG_DATABASE_URL": fresh_database()})):
        with upstream() as url, bot(url, settings) as running:
            times = _load(running, url, rate)
        said = f"median {times[len(times) // 2] * 1e3:.0f}, slowest {times[-1] * 1e3:.0f} ms"
        slow = times[len(times) * 99 // 100] * 1e3
        figures.append(Figure(f"{rate} commands a second on {name}: 99th", slow, "ms", 100, said))
    return figures
