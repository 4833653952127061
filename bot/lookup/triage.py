"""Why a log was not found. NotFound.RequestLog covers absent, expired and not permitted; this ranks them, and says no more.

Facts: logs live about three days and may arrive late (facts of the OpenAPI portal's troubleshooting playbook).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.outcomes import Rung

Hint = Literal["late", "expired", "not_permitted", "absent", "own_gateway", "inner"]

LOGS_LIVE: Final = timedelta(days=3)
LOGS_SETTLE: Final = timedelta(minutes=2)


def rank(rungs: Sequence[Rung], *, age: timedelta | None, lower_case: bool, inner: bool) -> tuple[Hint, ...]:
    """The possible reasons, the likeliest first.

    ``age`` is that of the message that held the id, where known; ``lower_case`` and ``inner`` say how the text spelt the id
    and whether it belongs to a call that the service itself made.
    """
    hints: list[Hint] = []
    if inner:
        hints.append("inner")
    if lower_case:
        hints.append("own_gateway")
    if age is not None and age > LOGS_LIVE:
        hints.append("expired")
    if age is not None and age < LOGS_SETTLE:
        hints.append("late")
    whole_account = any(rung.rung == "account" and rung.result == "not_found" for rung in rungs)
    if not whole_account:
        hints.append("not_permitted")
    if "expired" not in hints:
        hints.append("expired")
    if whole_account:
        hints.append("not_permitted")
    return (*hints, "absent")
