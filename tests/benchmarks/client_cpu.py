"""CPU of one GetOwnRequestLog: ours against the official SDK's sync client and a bare httpcore GET, one after the other."""

import json
import time
from collections.abc import Callable

import httpcore
from alibabacloud_openapiexplorer20241130.client import Client as OfficialClient
from alibabacloud_openapiexplorer20241130.models import GetOwnRequestLogRequest
from alibabacloud_tea_openapi.models import Config

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from tests.benchmarks.figures import Figure, middle, spread
from tests.benchmarks.upstream import upstream

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"
ROUNDS = 7
CALLS = 200


def cpu_of(call: Callable[[], object], calls: int) -> float:
    """Microseconds of CPU a call."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls * 1e6


def measure() -> list[Figure]:
    """The two ratios."""
    with upstream() as url:
        transport = Transport()
        ours = Client(transport, Endpoints(*[url] * 5))
        credential = Credential("LTAI5tBenchmark", "benchmark")
        official = OfficialClient(
            Config(
                access_key_id="LTAI5tBenchmark",
                access_key_secret="benchmark",
                endpoint=url.removeprefix("http://"),
                protocol="http",
            )
        )
        request = GetOwnRequestLogRequest(log_request_id=SAMPLE)
        pool = httpcore.ConnectionPool()
        calls: tuple[Callable[[], object], ...] = (
            lambda: ours.get_own_request_log(SAMPLE, credential=credential, deadline=Deadline.after(8)),
            lambda: official.get_own_request_log(request),
            lambda: json.loads(pool.request("GET", f"{url}/getOwnRequestLog?logRequestId={SAMPLE}").content),
        )
        for call in calls:
            cpu_of(call, 50)
        rounds = [tuple(cpu_of(call, CALLS) for call in calls) for _ in range(ROUNDS)]
        transport.close()
        pool.close()
    by_sdk, by_bare = [ours / sdk for ours, sdk, _ in rounds], [ours / bare for ours, _, bare in rounds]
    said = " / ".join(f"{middle([each[place] for each in rounds]):.0f}" for place in range(3))
    return [
        Figure("client CPU a call : official SDK", middle(by_sdk), "×", 0.55, f"{spread(by_sdk)}; {said} µs"),
        Figure("client CPU a call : bare httpcore and json", middle(by_bare), "×", 1.5, spread(by_bare)),
    ]
