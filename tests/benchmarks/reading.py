"""Milliseconds for reading 200 kB of text after the acknowledgement: keys taken out, all of it read, a body read."""

import math
import time
from collections.abc import Callable
from typing import Final

from bot.explain.body import read_body
from bot.explain.tripwire import defuse
from bot.requestids import extract
from tests.benchmarks.before_answering import TEXTS, text_of

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


def measure() -> list[str]:
    """Lines for the report: the best of three; and how extraction grows with the length, 1.0 is linear."""
    lines = []
    for name, piece in (TEXTS | MORE).items():
        text = text_of(piece)
        keys, body = _best(defuse, text), _best(read_body, f'{{"Message": "{text}"}}')
        whole, longer = _best(extract, text), _best(extract, text_of(piece, 4 * SIZE))
        lines.append(
            f"reading 200 kB of {name:14} keys {keys:7.1f} ms   body {body:5.1f} ms   all {whole:7.1f} ms   "
            f"exponent {math.log(longer / whole, 4):.2f}"
        )
    return lines


def _best(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times) * 1e3
