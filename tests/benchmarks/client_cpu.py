"""CPU of one look-up: our client against the official SDK's synchronous one, same server, in turns."""

import time
from collections.abc import Callable

from alibabacloud_openapiexplorer20241130.client import Client as OfficialClient
from alibabacloud_openapiexplorer20241130.models import GetOwnRequestLogRequest
from alibabacloud_tea_openapi.models import Config

from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.transport import Transport
from tests.benchmarks.upstream import upstream

SAMPLE = "123E4567-E89B-12D3-A456-426614174000"
ROUNDS = 7
CALLS = 300


def cpu_of(call: Callable[[], object], calls: int) -> float:
    """Microseconds of CPU a call."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls * 1e6


def measure() -> list[str]:
    """Lines for the report."""
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

        def one_of_ours() -> object:
            return ours.get_own_request_log(SAMPLE, credential=credential, deadline=Deadline.after(8))

        def one_of_theirs() -> object:
            return official.get_own_request_log(request)

        cpu_of(one_of_ours, 50), cpu_of(one_of_theirs, 50)
        rounds = [(cpu_of(one_of_ours, CALLS), cpu_of(one_of_theirs, CALLS)) for _ in range(ROUNDS)]
        transport.close()
    ratios = sorted(a / b for a, b in rounds)
    mine, theirs = sorted(a for a, _ in rounds), sorted(b for _, b in rounds)
    middle = ROUNDS // 2
    figure = (
        f"client CPU a look-up        ours {mine[middle]:.0f} µs   official SDK {theirs[middle]:.0f} µs   "
        f"ratio {ratios[middle]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; goal 0.90)"
    )
    return [figure]
