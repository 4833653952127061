"""Outcomes for the tests of messages that tell of several look-ups."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.explain import Evidence, explain, parse_answer
from bot.explain.catalog import load_catalog
from bot.languages import Language
from bot.outcomes import Found, NotFound, Rung
from tests.explain.logs import ACCOUNT, USER, answer

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FIRST: Final = datetime(2026, 11, 21, 2, 50, 11, tzinfo=UTC)


def request_id(number: int) -> str:
    """The RequestId of a numbered call."""
    return f"00000000-0000-4000-8000-{number:012d}"


def found(
    number: int,
    code: str | None = "Throttling.User",
    *,
    after_s: int = 0,
    language: Language = "en",
    user: str = USER,
    parameters: dict[str, Any] | None = None,
    **basic: str,
) -> Found:
    """A call that was found: so many seconds after the first, ended with this code, made by this RAM user."""
    sent = f"{FIRST + timedelta(seconds=after_s):%Y-%m-%dT%H:%M:%SZ}"
    facts = {"logRequestId": request_id(number), "sdkRequestTime": sent, "gatewayProcessTime": sent}
    if code:
        facts |= {"errorCode": code, "errorMessage": "It did not work.", "httpStatusCode": "400"}
    caller = {"callerType": "sub", "masterAccountId": ACCOUNT, "callerAccountId": user, "callerIp": "203.0.113.17"}
    listed = [{"name": name, "value": value, "type": "string"} for name, value in (parameters or {}).items()]
    log = parse_answer(json.dumps(answer(basic=facts | basic, caller=caller, parameters=listed)))
    said = explain(log, Evidence(load_catalog()), language=language, now=NOW)
    return Found(request_id(number), said, (Rung("own", "alice", "found"),))


def not_found(number: int) -> NotFound:
    """A call without a log."""
    return NotFound(request_id(number), (Rung("own", "alice", "not_found"),), ("not_permitted", "expired", "absent"))
