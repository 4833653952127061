"""Start of ``requestlog extract`` against importing the official SDK, whole processes, in turns."""

import subprocess
import sys
import time

ROUNDS = 7


def _wall(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, input=b"x")
    return time.perf_counter() - start


def measure() -> list[str]:
    """Lines for the report."""
    ours, theirs = ("-m", "bot", "extract", "x"), ("-c", "import alibabacloud_openapiexplorer20241130.client")
    _wall(*ours), _wall(*theirs)
    rounds = [(_wall(*ours), _wall(*theirs)) for _ in range(ROUNDS)]
    ratios = sorted(a / b for a, b in rounds)
    middle = ROUNDS // 2
    figure = (
        f"start of extract            ours {sorted(a for a, _ in rounds)[middle] * 1e3:.0f} ms   "
        f"import of the SDK {sorted(b for _, b in rounds)[middle] * 1e3:.0f} ms   ratio {ratios[middle]:.2f} (goal 0.60)"
    )
    return [figure]
