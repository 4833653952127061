"""100 commands at once with a 2 s upstream: how long until each is acknowledged, and the bot's memory after it."""

import time

from tests.benchmarks.arrivals import acknowledged, ninety_ninth
from tests.benchmarks.bot_process import bot
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.upstream import upstream

AT_ONCE = 100
UPSTREAM_S = 2.0
BURSTS = 3


def measure() -> list[Figure]:
    """The slowest acknowledgements of three bursts, and the memory after them."""
    with upstream(UPSTREAM_S) as url, bot(url) as running:
        slow: list[tuple[float, float]] = []
        for burst in range(BURSTS):
            times, _ = acknowledged(running, url, [0.0] * AT_ONCE, burst * AT_ONCE)
            slow.append((ninety_ninth(times), times[-1] * 1e3))
            time.sleep(UPSTREAM_S * 3)
        return [
            Figure("100 commands at once, acknowledged: 99th", middle([each[0] for each in slow]), "ms", 200),
            Figure("100 commands at once, acknowledged: slowest", middle([each[1] for each in slow]), "ms", 400),
            Figure("memory after 300 look-ups", running.resident_mib(), "MiB"),
        ]
