"""Why a log was not found. NotFound.RequestLog covers absent, expired and not permitted; this ranks them, and says no more.

Facts: logs live about three days and may arrive late (facts of the OpenAPI portal's troubleshooting playbook).
"""

from datetime import timedelta
from typing import Final, Literal

Hint = Literal["late", "expired", "not_permitted", "absent", "own_gateway", "inner"]

LOGS_LIVE: Final = timedelta(days=3)
LOGS_SETTLE: Final = timedelta(minutes=2)


def rank(*, age: timedelta | None, lower_case: bool, inner: bool) -> tuple[Hint, ...]:
    """The possible reasons, the likeliest first.

    ``age`` is that of the message that held the id, where known; ``lower_case`` and ``inner`` say how the text spelt the id
    and whether it belongs to a call that the service itself made. The rungs do not help: GetRequestLog, too, answers
    "not found" to who lacks its permission.
    """
    hints: list[Hint] = []
    if inner:
        hints.append("inner")
    if lower_case:
        hints.append("own_gateway")
    if age is not None and age < LOGS_SETTLE:
        hints.append("late")
    if age is not None and age > LOGS_LIVE:
        return (*hints, "expired", "not_permitted", "absent")
    if age is not None:
        return (*hints, "not_permitted", "absent")
    return (*hints, "not_permitted", "expired", "absent")
