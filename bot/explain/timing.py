"""Where a call's time went: the caller's clock, the way to the gateway, or the service."""

import re
from datetime import UTC, datetime
from typing import Final

from bot.explain.explanation import Reading, Timing
from bot.explain.wording import say
from bot.languages import Language

_CLOCK_BEHIND_S: Final = 900  # the gateway refuses requests signed more than 15 minutes ago
_CLOCK_AHEAD_S: Final = -30
_CLIENT_DELAY_S: Final = 30
_SLOW_MS: Final = 5_000
_DURATION = re.compile(r"(\d{1,12})(?:\.\d+)?(?:\s?ms)?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_MILLISECOND_DIGITS: Final = 13
_MOST_OF_A_UNIT: Final = 120


def moment(text: str | None) -> datetime | None:
    """A time of the log (``yyyy-MM-ddTHH:mm:ssZ``, or seconds or milliseconds since 1970) in UTC; None for what is no time."""
    if not text:
        return None
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text) / (1000 if len(text) == _MILLISECOND_DIGITS else 1), UTC)
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def milliseconds(text: str | None) -> int | None:
    """A duration of the log, in milliseconds; None for what is no duration."""
    found = _DURATION.fullmatch(text or "")
    return int(found.group(1)) if found else None


def timing(duration: str | None, sent: datetime | None, received: datetime | None, language: Language) -> Timing:
    """Read a call's times. ``sent`` is by the caller's clock, ``received`` by the gateway's."""
    duration_ms = milliseconds(duration)
    skew = round((received - sent).total_seconds()) if sent and received else None
    reading = _reading(duration_ms, skew)
    spans = _span(abs(skew or 0), language), _span((duration_ms or 0) / 1000, language)
    direction = say("timing.ahead" if (skew or 0) < 0 else "timing.behind", language) if reading == "clock_skew" else ""
    words = say(f"timing.{reading}", language, skew=spans[0], duration=spans[1], direction=direction)
    return Timing(duration_ms, skew, reading, words, *spans)


def _span(seconds: float, language: Language) -> str:
    """A length of time in the unit that a person would use: beyond 120 of one it is the next."""
    minutes = seconds / 60
    if seconds <= _MOST_OF_A_UNIT:
        return say("span.seconds", language, count=f"{seconds:.1f}".removesuffix(".0"))
    if minutes <= _MOST_OF_A_UNIT:
        return say("span.minutes", language, count=round(minutes))
    return say("span.hours", language, count=f"{round(minutes / 60):,}")


def _reading(duration_ms: int | None, skew: int | None) -> Reading:
    if skew is not None and not _CLOCK_AHEAD_S <= skew <= _CLOCK_BEHIND_S:
        return "clock_skew"
    if duration_ms is not None and duration_ms >= _SLOW_MS:
        return "slow_service"
    if skew is not None and skew > _CLIENT_DELAY_S:
        return "client_delay"
    return "unknown" if skew is None or duration_ms is None else "normal"
