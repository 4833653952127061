"""Logs for the tests: one valid answer, and what a test wants different in it."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from bot.aliyun.models import RequestLog
from bot.explain import Evidence, explain, parse_answer
from bot.explain.explanation import Denial, Explanation

NOW: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ACCOUNT: Final = "1973374733454118"
USER: Final = "241009849925897811"


def answer(
    *,
    basic: dict[str, Any] | None = None,
    detail: dict[str, Any] | str | None = None,
    parameters: list[dict[str, Any]] | None = None,
    body: str | None = None,
    caller: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An answer of GetOwnRequestLog: a successful DescribeInstances of a RAM user, changed as told."""
    plain = {
        "api": "DescribeInstances",
        "apiVersion": "2014-05-26",
        "product": "Ecs",
        "productName": {"cnName": "云服务器 ECS", "enName": "Elastic Compute Service"},
        "apiStyle": "rpc",
        "logRequestId": "123E4567-E89B-12D3-A456-426614174000",
        "httpStatusCode": "200",
        "httpMethod": "POST",
        "requestDuration": "188",
        "sdkRequestTime": "2026-11-21T01:43:06Z",
        "gatewayProcessTime": "2026-11-21T01:43:06Z",
        "regionId": "cn-hangzhou",
        "throttlingResult": "FC.PASS",
    }
    return {
        "requestId": "9BFC4AC1-6BE4-5405-BDEC-CA288D404812",
        "logInfo": {
            "basicInfo": {**plain, **({"accessDeniedDetail": detail} if detail else {}), **(basic or {})},
            "callerInfo": caller or {"callerType": "sub", "masterAccountId": ACCOUNT, "callerAccountId": USER},
            "parameters": parameters or [],
            "responses": {"responseBody": body, "responseBodyFormat": "JSON"},
        },
    }


def log(**changes: Any) -> RequestLog:
    """The log of such an answer."""
    return parse_answer(json.dumps(answer(**changes)))


def explained(**changes: Any) -> Explanation:
    """The English explanation of such a log, without a catalogue."""
    return explain(log(**changes), Evidence(), language="en", now=NOW)


def failed_with(code: str | None, status: int = 400, **basic: str) -> Explanation:
    """The explanation of a failed call."""
    return explained(basic={"errorCode": code, "errorMessage": "It did not work.", "httpStatusCode": str(status), **basic})


def detail(
    policy: str | None = "AccountLevelIdentityBasedPolicy", deny: str | None = "ImplicitDeny", **more: str
) -> dict[str, Any]:
    """The access-denied detail of a RAM user who may not run instances."""
    return {
        "policyType": policy,
        "noPermissionType": deny,
        "authAction": "ecs:RunInstances",
        "authPrincipalType": "SubUser",
        "authPrincipalDisplayName": USER,
        "authPrincipalOwnerId": ACCOUNT,
        **more,
    }


def denied(told: dict[str, Any], code: str = "Forbidden.RAM") -> Denial:
    """The denial of RunInstances with this detail."""
    basic = {"errorCode": code, "httpStatusCode": "403", "api": "RunInstances"}
    found = explained(basic=basic, detail=told).denial
    assert found is not None
    return found
