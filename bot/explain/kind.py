"""How a call ended: succeeded, failed, denied or throttled, and which error the explanation is about."""

import re
from dataclasses import dataclass
from typing import Final

from bot.explain.body import Body, is_success_code
from bot.explain.explanation import Kind
from bot.explain.facts import Facts
from bot.explain.families import is_permission_code, is_throttling_code

_STATUS = re.compile(r"([1-5]\d\d)(?!\d)")
_SUCCESS: Final = range(200, 300)
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
FLOW_CONTROL_DENIED: Final = "FC.DENY"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a call; ``status`` is the HTTP status as a number, where the log holds one."""

    kind: Kind
    error_code: str | None
    error_message: str | None
    status: int | None


def is_denied(result: str | None) -> bool:
    """Whether the gateway says that its flow control stopped the call."""
    return (result or "").upper() == FLOW_CONTROL_DENIED


def status_number(text: str | None) -> int | None:
    """The HTTP status in a text such as ``403`` or ``403 Forbidden``."""
    found = _STATUS.match(text or "")
    return int(found.group(1)) if found else None


def ending(facts: Facts) -> Ending:
    """Decide how a call ended.

    The error code decides before the HTTP status does: products send permission errors as 400, 403 and 429 alike.
    A detail beside a code of another family proves nothing (the reference page's sample is such a call).
    """
    body = facts.body
    status = status_number(facts.http_status)
    code = None if is_success_code(facts.error_code) else facts.error_code
    if status in _SUCCESS:
        return _ending_of_2xx(code, facts.error_message, body, status)
    code = code or body.code
    message = facts.error_message or body.message
    if is_permission_code(code) or (code is None and _forbidden(facts, status) and facts.detail.action):
        return Ending("denied", code, message, status)
    if is_denied(facts.throttling_result) or is_throttling_code(code) or status == _TOO_MANY:
        return Ending("throttled", code, message, status)
    if code or message or status is not None or body.failed:
        return Ending("failed", code, message, status)
    return Ending("succeeded", None, None, None)


def _forbidden(facts: Facts, status: int | None) -> bool:
    return status == _FORBIDDEN or (status is None and facts.detail_decides)


def _ending_of_2xx(code: str | None, message: str | None, body: Body, status: int | None) -> Ending:
    if is_permission_code(code):
        return Ending("denied", code, message or body.message, status)
    if body.failed and body.format != "HTML":
        return Ending("succeeded_but", body.code or code, body.message or message, status)
    if is_throttling_code(code):
        return Ending("throttled", code, message, status)
    return Ending("succeeded_but" if code else "succeeded", code, message if code else None, status)
