"""Starting: ``extract`` against importing the official SDK, and the bot until it is ready; then what it takes when idle."""

import resource
import subprocess
import sys
import time

from tests.benchmarks.bot_process import bot
from tests.benchmarks.figures import Figure, middle, spread
from tests.benchmarks.upstream import upstream

ROUNDS = 7
IDLE_S = 20


def _cpu(*words: str) -> float:
    """Seconds of CPU of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, input=b"x")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure() -> list[Figure]:
    """Whole processes, in turns; of the first two the CPU, which other work on the machine does not lengthen."""
    ours, theirs = ("-m", "bot", "extract", "x"), ("-c", "import alibabacloud_openapiexplorer20241130.client")
    _cpu(*ours), _cpu(*theirs)
    rounds = [(_cpu(*ours), _cpu(*theirs)) for _ in range(ROUNDS)]
    ratios = [a / b for a, b in rounds]
    said = f"{spread(ratios)}; {middle([a for a, _ in rounds]) * 1e3:.0f} and {middle([b for _, b in rounds]) * 1e3:.0f} ms"
    with upstream() as url, bot(url) as running:
        started = running.cpu_s()
        memory = running.resident_mib()
        time.sleep(IDLE_S)
        idle = (running.cpu_s() - started) / IDLE_S * 100
    return [
        Figure("start of extract : import of the official SDK", middle(ratios), "×", 0.35, said),
        Figure("run until it is ready", running.ready_s, "s", 1.0),
        Figure("run until it is ready, CPU", started, "s", 1.0),
        Figure("memory of an idle bot", memory, "MiB", 100),
        Figure("CPU of an idle bot", idle, "%", 0.5),
    ]
