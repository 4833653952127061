"""100 commands at once with a 2 s upstream: how long until each is acknowledged, and the bot's memory after it."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.benchmarks.bot_process import BotProcess, bot, command, signed
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.upstream import upstream

AT_ONCE = 100
UPSTREAM_S = 2.0


def _acknowledged(running: BotProcess, url: str, number: int, together: Barrier) -> float:
    body, headers = signed(command(url, number))
    request = urllib.request.Request(f"{running.url}/slack/events", body, headers)
    together.wait()
    start = time.monotonic()
    with urllib.request.urlopen(request, timeout=30):
        return time.monotonic() - start


def measure() -> list[Figure]:
    """The slowest acknowledgements of three bursts, and the memory after them."""
    with upstream(UPSTREAM_S) as url, bot(url) as running, ThreadPoolExecutor(AT_ONCE) as pool:
        slow: list[tuple[float, float]] = []
        for attempt in range(3):
            together = Barrier(AT_ONCE)
            numbers = range(attempt * AT_ONCE, (attempt + 1) * AT_ONCE)
            times = sorted(pool.map(lambda number, gate=together: _acknowledged(running, url, number, gate), numbers))
            slow.append((times[98] * 1e3, times[-1] * 1e3))
            time.sleep(UPSTREAM_S * 3)
        return [
            Figure("100 commands at once, acknowledged: 99th", middle([each[0] for each in slow]), "ms", 200),
            Figure("100 commands at once, acknowledged: slowest", middle([each[1] for each in slow]), "ms", 400),
            Figure("memory after 300 look-ups", running.resident_mib(), "MiB", 140),
        ]
