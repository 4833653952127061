"""From the record of a call to its explanation: what happened, why, who can fix it and how. Pure; no I/O.

Three ways in (a request log, an ActionTrail event, a pasted error) give ``Facts``; one composition explains them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.aliyun.models import DecodedMessage, RequestLog, Solution
from bot.explain.answers import NotAnAnswerError, parse_answer
from bot.explain.catalog import Catalog
from bot.explain.composition import Beside, compose
from bot.explain.explanation import Explanation
from bot.explain.links import Site
from bot.explain.of_event import facts_of_event
from bot.explain.of_log import encoded_message, facts_of_log
from bot.explain.of_text import Pasted, facts_of_text
from bot.explain.redaction import redact, redact_parameter
from bot.languages import Language

__all__ = [
    "Explanation",
    "NotAnAnswerError",
    "encoded_message",
    "explain",
    "explain_event",
    "explain_text",
    "parse_answer",
    "redact",
    "redact_parameter",
]


def explain(  # noqa: PLR0913 - all but the record itself are named, and each may be left out
    log: RequestLog,
    *,
    language: Language,
    now: datetime,
    catalog: Catalog | None = None,
    decoded: DecodedMessage | None = None,
    decode_note: str | None = None,
    solutions: Sequence[Solution] = (),
    solutions_language: Language | None = None,
    site: Site | None = None,
) -> Explanation:
    """Explain a request log. Never raises, whatever the log holds.

    ``decoded`` is RAM's record of the denial and ``decode_note`` the sentence on why it is missing; ``solutions`` are those
    of GetErrorCodeSolutions for the error, in ``solutions_language``; ``site`` decides where links lead.
    """
    beside = Beside(catalog, decoded, decode_note, solutions, solutions_language)
    return compose(facts_of_log(log, language=language, now=now, site=site), beside, language=language, now=now)


def explain_event(  # noqa: PLR0913 - all but the record itself are named, and each may be left out
    event: Mapping[str, Any],
    *,
    language: Language,
    now: datetime,
    catalog: Catalog | None = None,
    solutions: Sequence[Solution] = (),
    solutions_language: Language | None = None,
    site: Site | None = None,
) -> Explanation:
    """Explain one event of ActionTrail's LookupEvents, given as the JSON object that it is. Never raises."""
    beside = Beside(catalog, solutions=solutions, solutions_language=solutions_language)
    return compose(facts_of_event(event, language=language, site=site), beside, language=language, now=now)


def explain_text(  # noqa: PLR0913 - all but the record itself are named, and each may be left out
    *,
    request_ids: Sequence[str] = (),
    error_codes: Sequence[str] = (),
    products: Sequence[str] = (),
    access_denied_detail: Mapping[str, object] | None = None,
    error_message: str | None = None,
    language: Language,
    now: datetime,
    catalog: Catalog | None = None,
    decoded: DecodedMessage | None = None,
    decode_note: str | None = None,
    solutions: Sequence[Solution] = (),
    solutions_language: Language | None = None,
) -> Explanation | None:
    """Explain a pasted error by what it says itself; None when it says too little. Takes an Extraction's fields as they are."""
    facts = facts_of_text(Pasted(request_ids, error_codes, products, access_denied_detail, error_message), language)
    beside = Beside(catalog, decoded, decode_note, solutions, solutions_language)
    return compose(facts, beside, language=language, now=now) if facts else None
