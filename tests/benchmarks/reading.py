"""Milliseconds for reading 200 kB of text: the RequestIds alone, as before an acknowledgement, and all that it holds."""

import time
from collections.abc import Callable
from typing import Final

from bot.requestids import extract, request_ids_in

ID: Final = "D0CC639E-180D-4827-97CB-FC609F6C95CD"
SIZE: Final = 200_000
TEXTS: Final = {
    "prose": "Nobody knows why the order did not go through last night. ",
    "a log": "2024-05-01T10:00:00Z INFO reconcile pod=web-0 took=12ms result=ok path=/api/v1/nodes\n",
    "errors": f"ErrorCode: Throttling.User\nRequestId: {ID}\nMessage: Too many calls.\n",
    "JSON": f'{{"Code":"Throttling.User","HostId":"ecs.aliyuncs.com","Message":"Too many calls.","RequestId":"{ID}"}}\n',
    "XML": "<Error><Code>AccessDenied</Code><Message>no</Message><RequestId>5C35EC748ED5091138DF58BB</RequestId></Error>\n",
    "ids": f"{ID} ",
    "brackets": "[[((<<{{",
    "zero width": "\u200b\u200d",
    "quotes": 'Message:"',
    "one long line": "0123456789abcdef-",
    "line feeds": "\n",
}


def measure() -> list[str]:
    """Lines for the report: the best of three, and of the double length over it (2 is linear)."""
    lines = []
    for name, piece in TEXTS.items():
        text = (piece * (2 * SIZE // len(piece) + 1))[: 2 * SIZE]
        ids, whole, double = _best(request_ids_in, text[:SIZE]), _best(extract, text[:SIZE]), _best(extract, text)
        lines.append(
            f"reading 200 kB of {name:14} ids {ids:6.1f} ms   all {whole:6.1f} ms   twice as much: {double / whole:.1f} times"
        )
    return lines


def _best(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times) * 1e3
