"""Whether the same request may be repeated, and why."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from bot.explain.explanation import Retry
from bot.explain.facts import Facts
from bot.explain.judgement import Judgement
from bot.explain.wording import say
from bot.languages import Language

_READING_VERBS = re.compile(
    r"(?:Batch)?(?:Describe|List|Get|Query|Check|Search|Lookup|LookUp|Count|Head|Validate|Estimate|Decode|Preview|Inquiry)(?![a-z])"
)
_TOKENS: Final = frozenset({"clienttoken", "idempotenttoken", "idempotencytoken"})
_NAME_SEPARATORS = re.compile(r"[._-]")
_BODY_LIMIT: Final = 20_000
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
_PAUSE = re.compile(r"(?:after|in|for|wait) (\d{1,4}) ?(second|minute|hour)|(\d{1,4}) ?(秒|分钟|小时)后", re.IGNORECASE)
_UNITS: Final = {
    "second": "seconds",
    "minute": "minutes",
    "hour": "hours",
    "秒": "seconds",
    "分钟": "minutes",
    "小时": "hours",
}
_NEVER: Final = ("nonce", "risk")
_UNDECIDED: Final = ("timeout", "internal")


def reads_only(*, api: str | None, method: str | None, style: str | None) -> bool | None:
    """Whether a call changes nothing, by its verb; by its HTTP method only in ROA style, since RPC sends writes as GET too.

    None when neither tells.
    """
    if api and _READING_VERBS.match(api):
        return True
    if (style or "").lower() == "roa" and method:
        return method.upper() in ("GET", "HEAD", "OPTIONS")
    return False if api else None


def has_client_token(parameters: Iterable[tuple[str | None, Any]]) -> bool:
    """Whether a parameter makes repeating harmless: ClientToken, at the top or as a field of a body."""
    return any(value not in (None, "", "-") and (_is_token(name) or _holds_token(value)) for name, value in parameters)


def _is_token(name: object) -> bool:
    return isinstance(name, str) and _NAME_SEPARATORS.sub("", name).lower() in _TOKENS


def _holds_token(value: object) -> bool:
    if isinstance(value, str) and value[:1] == "{" and len(value) <= _BODY_LIMIT:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return False
    return isinstance(value, dict) and any(_is_token(key) and item for key, item in value.items())


def retry_verdict(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry | None, str | None]:
    """The verdict and its reason in words; both None for a call that succeeded. Without evidence the verdict is None."""
    if judged.kind == "succeeded":
        return None, None
    verdict, because = _verdict(facts, judged, language)
    pause = _pause(judged.error_message, language) if verdict == "wait" else None
    return verdict, say("glue.sentences", language).join(filter(None, (because, pause)))


def _verdict(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry | None, str]:
    told = judged.family if judged.family and judged.family.id in _NEVER else judged.meaning
    if told is not None and told.id in _NEVER:
        return "never", told.words(language).because or say("retry.never", language)
    if judged.kind == "denied":
        never = judged.match is not None and judged.match.retry == "never"
        return ("never", say("retry.never", language)) if never else ("change", say("retry.permission", language))
    if judged.kind == "throttled":
        return "wait", _because(judged, "wait", language) or say("retry.throttling", language)
    if _may_have_been_carried_out(judged):
        return _undecided(facts, judged, language)
    verdict = (judged.match.retry if judged.match else None) or (told.retry if told else None)
    return verdict, _because(judged, verdict, language) or say(f"retry.{verdict or 'unknown'}", language)


def _because(judged: Judgement, verdict: Retry | None, language: Language) -> str | None:
    """The reason in the words of a meaning with this verdict, the code's first where an entry tells."""
    meanings = (judged.family, judged.reading) if judged.match else (judged.reading, judged.family)
    words = (each.words(language).because for each in meanings if each is not None and each.retry == verdict)
    return next(filter(None, words), None)


def _pause(message: str | None, language: Language) -> str | None:
    """The pause that a message itself asks for."""
    found = _PAUSE.search((message or "")[:_BODY_LIMIT])
    if found is None:
        return None
    count, unit = next((found[n], found[n + 1]) for n in (1, 3) if found[n])
    span = say(f"span.{_UNITS[unit.lower()]}", language, count=count)
    return say("retry.pause", language, span=span)


def _may_have_been_carried_out(judged: Judgement) -> bool:
    """Whether the answer leaves open what the service did: a code that names a refusal settles it, whatever the status."""
    match, told = judged.match, judged.meaning
    server = judged.status is not None and judged.status >= _SERVER_ERROR
    if told is None:
        return server and (match is None or match.retry in ("safe", "never"))
    if told.id == "unavailable":
        return server or judged.status is None
    return told.id in _UNDECIDED


def _undecided(facts: Facts, judged: Judgement, language: Language) -> tuple[Retry, str]:
    if not facts.reads_only and not facts.idempotent:
        return "never", say("retry.write" if facts.reads_only is False else "retry.perhaps_write", language)
    told = judged.meaning
    if told.id == "unavailable" if told else judged.status == _UNAVAILABLE:
        return "wait", say("retry.unavailable", language)
    return "safe", say("retry.read" if facts.reads_only else "retry.token", language)
