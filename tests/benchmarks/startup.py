"""Starting: ``extract`` against importing the official SDK, and the bot until it is ready; then what it takes when idle."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.bot_process import bot
from tests.benchmarks.figures import Figure, middle, spread
from tests.benchmarks.upstream import upstream

ROUNDS = 7
IDLE_S = 20


def _wall(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, input=b"x")
    return time.perf_counter() - start


def _cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> list[Figure]:
    """Whole processes, in turns."""
    ours, theirs = ("-m", "bot", "extract", "x"), ("-c", "import alibabacloud_openapiexplorer20241130.client")
    _wall(*ours), _wall(*theirs)
    rounds = [(_wall(*ours), _wall(*theirs)) for _ in range(ROUNDS)]
    ratios = [a / b for a, b in rounds]
    said = f"{spread(ratios)}; {middle([a for a, _ in rounds]) * 1e3:.0f} and {middle([b for _, b in rounds]) * 1e3:.0f} ms"
    with upstream() as url, bot(url) as running:
        started = _cpu_of(running.pid)
        memory = running.resident_mib()
        time.sleep(IDLE_S)
        idle = (_cpu_of(running.pid) - started) / IDLE_S * 100
    return [
        Figure("start of extract : import of the official SDK", middle(ratios), "×", 0.35, said),
        Figure("run until it is ready", running.ready_s, "s", 1.0, f"{started:.2f} s of CPU"),
        Figure("memory of an idle bot", memory, "MiB", 100),
        Figure("CPU of an idle bot", idle, "%", 0.5),
    ]
