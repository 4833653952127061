"""Phrases that several messages share: the answer in a line, a request's fields by name and value, ages, rungs."""

import re
from datetime import datetime, timedelta
from typing import Final

from bot.blocks.kit import SHARED, Element, Message, labelled, one_line
from bot.explain.explanation import Explanation
from bot.languages import Language, mark, sentences
from bot.outcomes import Rung

# The times are worth a line only when something is wrong with them.
QUIET_READINGS: Final = ("normal", "unknown")
#: After that long what had to pass has passed or stays: nobody is told to try later.
OLD: Final = timedelta(hours=1)
#: Longer ones lead with their first sentences; Chinese says as much in half the letters.
LONGEST_CAUSE: Final = {"en": 120, "zh": 60}
_SENTENCE_END: Final = re.compile(r"(?<=[.!?]) (?=\S)|(?<=[。！？])(?=\S)")


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


def answer_words(explanation: Explanation, now: datetime) -> str:
    """The same as plain words; the verdict where there is nothing else to tell."""
    colon = mark("：", explanation.language)
    said = [
        f"{name_of(name, explanation.language)}{colon}{words}" if name != "why" else words
        for name, words in answers(explanation, now)
    ]
    return " · ".join(said) or explanation.timing.words or explanation.verdict


def answers(explanation: Explanation, now: datetime) -> list[tuple[str, str]]:
    """Cause, whether to retry and when, who can fix it: each with its field's name, as far as it is known."""
    why = split_cause(explanation)[0] or _times(explanation)
    retry = retry_words(explanation, now) if explanation.retry == "never" else _retry(explanation, now)
    told = (("why", why), ("retry", retry), ("fixer", explanation.fixer))
    return [(name, said) for name, said in told if said]


def split_cause(explanation: Explanation) -> tuple[str, str]:
    """The cause as it leads, and what of it is told among the facts: a long one leads with its first sentences."""
    cause = explanation.cause or ""
    ends = [found.end() for found in _SENTENCE_END.finditer(cause)] + [len(cause)]
    end = max((each for each in ends if each <= LONGEST_CAUSE[explanation.language]), default=ends[0])
    return cause[:end].strip(), cause[end:]


def _times(explanation: Explanation) -> str:
    """Of a call without an error: what its times tell."""
    timing = explanation.timing
    if timing.reading not in QUIET_READINGS:
        return "" if timing.reading == "slow_service" else timing.words or ""  # the verdict says it
    return "" if timing.duration_ms is None else SHARED("card.took_alone", explanation.language, ms=timing.duration_ms)


def _retry(explanation: Explanation, now: datetime | None) -> str:
    """Yes, no or when, in a word; empty for a call that succeeded."""
    if explanation.retry is None and not explanation.retry_because:
        return ""
    when = explanation.call.sent_at or explanation.call.received_at
    old = explanation.retry == "wait" and when is not None and now is not None and now - when > OLD
    return SHARED(f"retry.{'safe' if old else explanation.retry or 'unknown'}", explanation.language)


def retry_words(explanation: Explanation, now: datetime | None = None) -> str:
    """Whether to retry, with the reason; empty for a call that succeeded. ``now`` gives the age of a call."""
    word, because = _retry(explanation, now) if explanation.retry else "", explanation.retry_because or ""
    return sentences(word, because, explanation.language) if word and because else word or because
