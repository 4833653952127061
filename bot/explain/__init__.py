"""From the record of a call to its explanation: what happened, why, who can fix it and how. Pure; no I/O.

A request log, an ActionTrail event and an error in a pasted text are three records with one way in: each gives ``Facts``,
and ``explain`` is the one place where the answers to the single questions meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from bot.aliyun.models import DecodedMessage, Solution
from bot.explain import wording
from bot.explain.advice import fixer, next_steps, retry_verdict
from bot.explain.catalog import Catalog, Match
from bot.explain.denial import denial
from bot.explain.explanation import Denial, Explanation, Principal, Source
from bot.explain.facts import Facts, shown_line, shown_passage
from bot.explain.judgement import Judgement, judge
from bot.explain.records import NotAnAnswerError, Record, encoded_message, facts_of, parse_answer
from bot.explain.redaction import redact, redact_parameter
from bot.explain.sentences import Known, cause, throttling_words, verdict
from bot.explain.timing import timing
from bot.explain.vendor import Site, plain_text
from bot.explain.visible import cut
from bot.explain.wording import principal_words, product_name, say
from bot.languages import Language, sentences

__all__ = [
    "Evidence",
    "Explanation",
    "NotAnAnswerError",
    "Principal",
    "Record",
    "addressed",
    "encoded_message",
    "explain",
    "impersonal",
    "parse_answer",
    "redact",
    "redact_parameter",
    "with_inner",
]

_MOST_SOLUTIONS: Final = 3
_LONGEST_SOLUTIONS: Final = 6_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an error besides its record: the catalogue, RAM's record of the denial, Alibaba Cloud's solutions.

    ``decode_note`` is the sentence on why ``decoded`` is missing; the solutions are in ``solutions_language``; ``site``
    decides where links lead, by default to the site of the reader's language. ``own`` are the
    asker's own principals: what they did is told to the asker in person (see ``impersonal``).
    """

    catalog: Catalog | None = None
    decoded: DecodedMessage | None = None
    decode_note: str | None = None
    solutions: Sequence[Solution] = ()
    solutions_language: Language | None = None
    site: Site | None = None
    own: frozenset[Principal] = frozenset()


def explain(record: Record, evidence: Evidence, *, language: Language, now: datetime) -> Explanation:
    """Explain the record of a call. Never raises, whatever it holds. ``now`` dates the sources; a naive one is taken as UTC."""
    site = evidence.site or ("china" if language == "zh" else "international")
    facts = facts_of(record, language=language, now=now, site=site, own=evidence.own)
    judged, names = judge(facts, evidence.catalog, language), facts.product_name
    denied = None
    if judged.kind == "denied":
        denied = denial(facts, evidence.decoded, evidence.decode_note, language, evidence.own)
    answers = [] if judged.kind == "succeeded" else [item for item in evidence.solutions if item.content][:_MOST_SOLUTIONS]
    solution_ids = tuple(shown_line(item.solution_id or item.error_code) or "GetErrorCodeSolutions" for item in answers)
    texts = [shown_passage(plain_text(item.content or "")) for item in answers]
    measured = timing(facts.duration, facts.call.sent_at, facts.call.received_at, language)
    inner = _inner(facts, evidence.catalog, language)
    known = Known(facts, judged, denied, inner, solution_ids, measured, language, evidence.own)
    retry, because = retry_verdict(facts, judged, language)
    other_language = None if evidence.solutions_language in (None, language) else say("source.other_language", language)
    return Explanation(
        language=language,
        kind=judged.kind,
        request_id=facts.request_id,
        api=facts.api,
        product=facts.product,
        product_name=(names.zh or names.en if language == "zh" else names.en or names.zh)
        or product_name(facts.product, language),
        region_id=facts.region_id,
        http_status=facts.http_status,
        error_code=judged.error_code,
        error_message=judged.error_message,
        verdict=verdict(known),
        cause=cause(known),
        next_steps=next_steps(known),
        retry=retry,
        retry_because=because,
        fixer=fixer(known, retry),
        denial=denied,
        throttling=throttling_words(known),
        timing=measured,
        sources=(
            *facts.sources,
            *_catalogue_source(judged.match, now, language),
            *(Source("solutions", reference, other_language) for reference in solution_ids),
        ),
        call=facts.call,
        nested=facts.nested,
        solutions=cut("\n\n".join(filter(None, texts)), _LONGEST_SOLUTIONS) or None,
        runbook=judged.match.runbook if judged.match else None,
        own=_own_words(facts, denied, evidence.own, language),
    )


def _own_words(
    facts: Facts, denied: Denial | None, own: frozenset[Principal], language: Language
) -> tuple[tuple[str, str], ...]:
    """How the asker's own principals are called, each with the words that others use."""
    callers = [(facts.call.caller_type, facts.call.caller_id, facts.call.account_id)]
    callers += [(denied.principal_type, denied.principal, denied.account_id)] if denied else []
    pairs = ((principal_words(*who, language, own), principal_words(*who, language)) for who in callers if own)
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


def impersonal(said: Explanation) -> Explanation:
    """The same told to others than the asker: for what is shared, handed on, or sent to the vendor."""
    return _retold(said, said.own, ())


def addressed(said: Explanation, name: str) -> Explanation:
    """The same with the asker called by the name of the identity that they looked with: "you (alice)"."""
    you = say("principal.you", said.language, who=name)
    return _retold(said, tuple((old, you) for old, _ in said.own), tuple((you, who) for _, who in said.own))


def _retold(said: Explanation, instead: tuple[tuple[str, str], ...], own: tuple[tuple[str, str], ...]) -> Explanation:
    """The same with other words for the asker."""
    if not instead:
        return said

    def told(text: str | None) -> str | None:
        return wording.called(text, instead, said.language)

    denial = said.denial and replace(said.denial, principal_words=told(said.denial.principal_words) or "")
    return replace(
        said,
        verdict=told(said.verdict) or "",
        cause=told(said.cause),
        next_steps=tuple(filter(None, map(told, said.next_steps))),
        throttling=told(said.throttling),
        call=replace(said.call, caller_words=told(said.call.caller_words)),
        denial=denial,
        own=own,
    )


def with_inner(outer: Explanation, inner: Explanation) -> Explanation:
    """The explanation with the service's own call inside it, found in a log of its own, told as the cause."""
    if inner.kind == "succeeded":
        return outer
    return replace(
        outer,
        cause=sentences(say("cause.inner_found", outer.language, verdict=inner.verdict), inner.cause or "", outer.language),
        next_steps=inner.next_steps or outer.next_steps,
        retry=inner.retry or outer.retry,
        retry_because=inner.retry_because or outer.retry_because,
        fixer=inner.fixer or outer.fixer,
        solutions=outer.solutions or inner.solutions,
        inner=inner,
        own=tuple(dict.fromkeys((*outer.own, *inner.own))),
    )


def _inner(facts: Facts, catalog: Catalog | None, language: Language) -> Judgement | None:
    """What the error of the service's own call inside this one means, by its code and message alone."""
    nested = facts.nested
    if nested is None or not nested.error_code:
        return None
    return judge(Facts(sources=(), error_code=nested.error_code, error_message=nested.message), catalog, language)


def _catalogue_source(match: Match | None, now: datetime, language: Language) -> tuple[Source, ...]:
    if match is None:
        return ()
    if match.checked is None:
        return (Source("catalogue", match.reference),)
    days = max(0, ((now.astimezone(UTC) if now.tzinfo else now).date() - match.checked).days)
    note = say("source.checked", language, date=match.checked.isoformat(), days=days)
    return (Source("catalogue", match.reference, note),)
