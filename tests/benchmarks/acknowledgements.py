"""100 commands at once with a 2 s upstream: how long until each is acknowledged, and the bot's memory after it."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.benchmarks.bot_process import BotProcess, bot, command, signed
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


def measure() -> list[str]:
    """Lines for the report."""
    with upstream(UPSTREAM_S) as url, bot(url) as running, ThreadPoolExecutor(AT_ONCE) as pool:
        lines = []
        for attempt in range(3):
            together = Barrier(AT_ONCE)
            numbers = range(attempt * AT_ONCE, (attempt + 1) * AT_ONCE)
            times = sorted(pool.map(lambda number, gate=together: _acknowledged(running, url, number, gate), numbers))
            lines.append(
                f"100 acknowledgements        median {times[50] * 1e3:.0f} ms   99th {times[98] * 1e3:.0f} ms   "
                f"max {times[-1] * 1e3:.0f} ms (goal: max < 1,000 ms)"
            )
            time.sleep(UPSTREAM_S * 3)
        lines.append(f"memory after 300 look-ups   {running.resident_mib():.0f} MiB resident (goal < 150 MiB)")
        return lines
