"""Ways to ask a loopback server, that many tests share."""

from collections.abc import Callable

from bot.aliyun.caller import Caller
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.endpoints import Endpoints
from bot.aliyun.models import RequestLogAnswer
from bot.aliyun.retries import RetryBudget, RetryPolicy
from bot.aliyun.transport import Transport

RID = "123E4567-E89B-12D3-A456-426614174000"
ALICE = Credential("LTAI5tStandInAlice", "standin-secret-alice")
LOG: dict[str, object] = {"requestId": "A1", "logInfo": {"basicInfo": {"api": "\tRunInstances\n", "httpStatusCode": 400}}}


def client_of(
    transport: Transport, url: str, *, budget: RetryBudget | None = None, sleep: Callable[[float], None] | None = None
) -> Client:
    """A client whose every product stands at one URL; pauses are as short as jitter allows unless ``sleep`` is given."""
    policy = RetryPolicy(budget=budget or RetryBudget(), uniform=lambda low, _: low)
    caller = Caller(transport, policy=policy) if sleep is None else Caller(transport, policy=policy, sleep=sleep)
    return Client(transport, Endpoints(*[url] * 5), caller=caller)


def ask(client: Client, seconds: float = 5.0, credential: Credential = ALICE) -> RequestLogAnswer:
    """One look-up."""
    return client.get_own_request_log(RID, credential=credential, deadline=Deadline.after(seconds))
