"""Milliseconds for reading 200 kB of text after the acknowledgement: keys taken out, all of it read, a body read."""

import math
import time
from collections.abc import Callable
from typing import Final

from bot.explain.body import read_body
from bot.explain.tripwire import defuse
from bot.requestids import extract
from tests.benchmarks.before_answering import TEXTS, text_of
from tests.benchmarks.figures import Figure

SIZE: Final = 200_000
MORE: Final = {
    "a log": "2024-05-01T10:00:00Z INFO reconcile pod=web-0 took=12ms result=ok path=/api/v1/nodes\n",
    "JSON": '{"Code":"Throttling.User","Message":"Too many.","RequestId":"05754286-1A2B-5C3D-8E4F-0123456789AB"}',
    "XML": "<Error><Code>AccessDenied</Code><Message>no</Message><RequestId>5C35EC748ED5091138DF58BB</RequestId></Error>\n",
    "brackets": "[[((<<{{",
    "zero width": "\u200b\u200d",
    "labels": 'Message:"',
    "one long line": "0123456789abcdef-",
}


def measure() -> list[Figure]:
    """The best of three for all that a text holds; beside it keys and body alone, and how extraction grows (1.0 is linear)."""
    figures = []
    for name, piece in (TEXTS | MORE).items():
        text = text_of(piece)
        keys, body = _best(defuse, text), _best(read_body, f'{{"Message": "{text}"}}')
        whole, longer = _best(extract, text), _best(extract, text_of(piece, 4 * SIZE))
        said = f"keys {keys:.1f} ms, body {body:.1f} ms, exponent {math.log(longer / whole, 4):.2f}"
        figures.append(Figure(f"reading 200 kB of {name}", whole, "ms", None, said))
    return figures


def _best(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times) * 1e3
