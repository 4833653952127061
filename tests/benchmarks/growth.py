"""How time grows with size, from 1 kB to 1 MB: reading a text, reading a body, explaining a log, laying it out as blocks.

The exponent is that of the steepest tenfold step: 1 is linear. Texts are those of errors, bodies are nested JSON.
"""

import json
import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from bot.blocks.requestlog import card
from bot.explain import Evidence, explain, parse_answer
from bot.explain.body import read_body
from bot.explain.catalog import load_catalog
from bot.explain.explanation import Explanation
from bot.requestids import extract
from tests.benchmarks.figures import Figure
from tests.explain.labelled.table import NOW

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
ERROR: Final = "ErrorCode: Throttling.User\nRequestId: D0CC639E-180D-4827-97CB-FC609F6C95CD\nMessage: Too many calls.\n"
RUNS: Final = 3


def _text(size: int) -> str:
    return (ERROR * (size // len(ERROR) + 1))[:size]


def _body(size: int) -> str:
    item = {"InstanceId": "i-bp1", "Status": {"Code": "Running", "Tags": [{"Key": "a", "Value": "b"}]}}
    return json.dumps({"RequestId": "x", "Instances": [item] * (size // len(json.dumps(item)) + 1)})[:size]


def _answer(size: int) -> str:
    basic = {"api": "DescribeInstances", "product": "Ecs", "httpStatusCode": "200", "errorMessage": "Too many calls."}
    return json.dumps({"logInfo": {"basicInfo": basic, "responseInfo": {"responseBody": _body(size)}}})


def _explained(size: int) -> Explanation:
    return explain(parse_answer(_answer(size)), Evidence(load_catalog()), language="en", now=NOW)


def _seconds(reads: Callable[[Any], object], given: object) -> float:
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        reads(given)
        times.append(time.process_time() - start)
    return min(times)


READERS: Final[dict[str, tuple[Callable[[int], Any], Callable[[Any], object]]]] = {
    "extract": (_text, extract),
    "the reader of bodies": (_body, read_body),
    "explain": (_answer, lambda text: explain(parse_answer(text), Evidence(load_catalog()), language="en", now=NOW)),
    "blocks": (_explained, lambda said: card(said, (), now=NOW)),
}


def measure() -> list[Figure]:
    """For each, milliseconds of CPU at 1 MB and the exponent."""
    figures = []
    for name, (make, reads) in READERS.items():
        times = [max(_seconds(reads, make(size)), 1e-5) for size in SIZES]
        steps = [math.log10(after / before) for before, after in pairwise(times)]
        said = " → ".join(f"{each * 1e3:.1f}" for each in times) + " ms"
        figures.append(Figure(f"{name}, CPU for 1 MB", times[-1] * 1e3, "ms", 50, said))
        figures.append(Figure(f"{name}, exponent from 1 kB to 1 MB", max(steps), "", 1.1))
    return figures
