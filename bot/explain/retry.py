"""Whether the same request may be repeated, and why."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from bot.explain.catalog import Match
from bot.explain.explanation import Kind, Retry
from bot.explain.facts import Facts
from bot.explain.families import Family, family_of
from bot.explain.kind import Ending
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
_CONFLICT: Final = 409
_STANDS_IN_THE_WAY = re.compile("exist|duplicat|inuse|depend|deleteconflict", re.IGNORECASE)

_BY_FAMILY: Final[dict[Family, Retry]] = {
    "nonce": "never",
    "risk": "never",
    "stock": "wait",
    "throttling": "wait",
    "conflict": "wait",
    "state": "wait",
    "busy": "wait",
    "unavailable": "wait",
}
_UNDECIDED: Final = frozenset({"timeout", "internal", "unavailable"})


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


def retry_verdict(facts: Facts, ending: Ending, match: Match | None, language: Language) -> tuple[Retry | None, str | None]:
    """The verdict and its reason in words; both None for a call that succeeded."""
    if ending.kind == "succeeded":
        return None, None
    verdict, reason = _verdict(facts, ending, match)
    return verdict, say(f"retry.{reason}", language)


def _verdict(facts: Facts, ending: Ending, match: Match | None) -> tuple[Retry, str]:
    family = family_of(ending.error_code) if ending.error_code else None
    if family in ("nonce", "risk"):
        return "never", family
    if ending.kind in ("denied", "throttled"):
        return _by_kind(ending.kind, match)
    if _may_have_been_carried_out(ending, family, match):
        return _undecided(facts, ending, family)
    own = _BY_FAMILY.get(family, "change") if family else None
    if match is not None:
        return match.retry, family if family and own == match.retry else match.retry
    if family and own:
        return own, family
    return _by_status(ending)


def _by_status(ending: Ending) -> tuple[Retry, str]:
    """Of an unknown code: 409 is another operation in the way, unless the code names a thing that somebody must remove."""
    if ending.status == _CONFLICT and not _STANDS_IN_THE_WAY.search(ending.error_code or ""):
        return "wait", "conflict_status"
    return "change", "change" if ending.status else "unknown"


def _by_kind(kind: Kind, match: Match | None) -> tuple[Retry, str]:
    if kind == "throttled":
        return "wait", "throttling"
    never = match is not None and match.retry == "never"
    return ("never", "never") if never else ("change", "permission")


def _may_have_been_carried_out(ending: Ending, family: Family | None, match: Match | None) -> bool:
    """Whether the answer leaves open what the service did: a code that names a refusal settles it, whatever the status."""
    server = ending.status is not None and ending.status >= _SERVER_ERROR
    if family == "unavailable":
        return server or ending.status is None
    return family in _UNDECIDED or (server and family is None and (match is None or match.retry in ("safe", "never")))


def _undecided(facts: Facts, ending: Ending, family: Family | None) -> tuple[Retry, str]:
    if not facts.reads_only and not facts.idempotent:
        return "never", "write" if facts.reads_only is False else "perhaps_write"
    later = family == "unavailable" or (family is None and ending.status == _UNAVAILABLE)
    if later:
        return "wait", "unavailable"
    return "safe", "read" if facts.reads_only else "token"
