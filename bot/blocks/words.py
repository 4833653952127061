"""Phrases that several messages share: a request's fields by name and value, ages, rungs."""

from datetime import datetime, timedelta

from bot.blocks.kit import SHARED, Element, Message, labelled, one_line
from bot.explain.explanation import Explanation
from bot.languages import Language, mark
from bot.outcomes import Rung


def ladder(rungs: tuple[Rung, ...], language: Language) -> str:
    """The rungs that were tried, in one line."""
    said = [
        SHARED(
            "ladder.step" if rung.viewed_as else "ladder.step_text",
            language,
            rung=SHARED(f"rung.{rung.rung}", language),
            name=rung.viewed_as,
            result=SHARED(f"result.{_result(rung)}", language),
        )
        for rung in rungs
    ]
    return SHARED("ladder.tried", language, steps=mark("；", language).join(said))


def _result(rung: Rung) -> str:
    """GetRequestLog answers "not found" to who lacks the right, too."""
    return "not_found_account" if (rung.rung, rung.result) == ("account", "not_found") else rung.result


def age(passed: timedelta, language: Language) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(int(passed.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size * 2 or (unit == "minutes" and seconds >= size):
            return SHARED(f"age.{unit}", language, count=seconds // size)
    return SHARED("age.now", language)


def language_now(chosen: str, language: Language) -> Message:
    """The sentence that confirms a typed language; ``chosen`` is a language or ``auto``."""
    return one_line(SHARED(f"language_now.{chosen}", language))


def name_of(field: str, language: Language) -> str:
    """What a field is called."""
    return SHARED(f"field.{field}", language)


def field(name: str, language: Language, *spans: Element | str) -> Element:
    """A paragraph that begins with the field's name; the name alone where nothing follows it."""
    return labelled(name_of(name, language), *spans)


def values_of(said: Explanation) -> dict[str, str | None]:
    """Every field that can be told in a line; None where the log does not tell it. Times are in UTC."""
    call, ms = said.call, said.timing.duration_ms
    sent, received = _moment(call.sent_at), _moment(call.received_at)
    return {
        "request_id": said.request_id,
        "call": " ".join(part for part in (said.product, call.api_version, said.api) if part),
        "caller": call.caller_words or call.caller_id,
        "account": call.account_id,
        "address": call.caller_ip,
        "region": said.region_id,
        "endpoint": call.endpoint,
        "product": said.product_name or said.product,
        "api": said.api,
        "version": call.api_version,
        "method": call.http_method,
        "status": said.http_status,
        "code": said.error_code,
        "ended": " ".join(part for part in (said.http_status, said.error_code) if part),
        "message": said.error_message,
        "user_agent": call.user_agent,
        "authentication": call.authentication,
        "signature": call.signature,
        "time": sent or received,
        "sent": sent and f"{sent} UTC",
        "received": received and f"{received} UTC",
        "duration": None if ms is None else SHARED("milliseconds", said.language, ms=ms),
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%d %H:%M:%S}"
