"""From the facts of a call to its explanation: the one place where the answers to the single questions meet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from bot.aliyun.models import DecodedMessage, Solution
from bot.explain.catalog import Catalog, Match
from bot.explain.denial import denial
from bot.explain.explanation import Explanation, Source
from bot.explain.facts import Facts, shown_line, shown_passage
from bot.explain.kind import Ending, ending
from bot.explain.links import Site
from bot.explain.markdown import plain_text
from bot.explain.next_steps import Known, cause, next_steps
from bot.explain.products import product_name
from bot.explain.records import Record, facts_of
from bot.explain.retry import retry_verdict
from bot.explain.throttling import throttling_words
from bot.explain.timing import timing
from bot.explain.verdict import verdict
from bot.explain.visible import cut
from bot.explain.wording import say
from bot.languages import Language

_MOST_SOLUTIONS: Final = 3
_LONGEST_SOLUTIONS: Final = 6_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an error besides its record: the catalogue, RAM's record of the denial, Alibaba Cloud's solutions.

    ``decode_note`` is the sentence on why ``decoded`` is missing; the solutions are in ``solutions_language``; ``site``
    decides where links lead.
    """

    catalog: Catalog | None = None
    decoded: DecodedMessage | None = None
    decode_note: str | None = None
    solutions: Sequence[Solution] = ()
    solutions_language: Language | None = None
    site: Site | None = None


def explain(record: Record, evidence: Evidence, *, language: Language, now: datetime) -> Explanation:
    """Explain the record of a call. Never raises, whatever it holds. ``now`` dates the sources; a naive one is taken as UTC."""
    facts = facts_of(record, language=language, now=now, site=evidence.site)
    ended = _shown(ending(facts))
    match = _match(evidence.catalog, facts, ended, language)
    ended = _by_catalogue(ended, match)
    denied = denial(facts, evidence.decoded, evidence.decode_note, language) if ended.kind == "denied" else None
    answers = [] if ended.kind == "succeeded" else [item for item in evidence.solutions if item.content][:_MOST_SOLUTIONS]
    known = Known(match, tuple(_solution_id(item) for item in answers), _inner_match(evidence.catalog, facts, language))
    retry, because = retry_verdict(facts, ended, match, language)
    own_language = evidence.solutions_language in (None, language)
    return Explanation(
        language=language,
        kind=ended.kind,
        request_id=facts.request_id,
        api=facts.api,
        product=facts.product,
        product_name=facts.name_in(language) or product_name(facts.product, language),
        region_id=facts.region_id,
        http_status=facts.http_status,
        error_code=ended.error_code,
        error_message=ended.error_message,
        verdict=verdict(facts, ended, denied, match, language),
        cause=cause(facts, ended, denied, known, language),
        next_steps=next_steps(facts, ended, denied, known, language),
        retry=retry,
        retry_because=because,
        denial=denied,
        throttling=throttling_words(facts, ended, language),
        timing=timing(facts.duration, facts.call.sent_at, facts.call.received_at, language),
        sources=(
            *facts.sources,
            *_catalogue_source(match, _utc(now), language),
            *_solution_sources(known, None if own_language else say("source.other_language", language)),
        ),
        call=facts.call,
        nested=facts.nested,
        solutions=_solutions_text(answers),
        runbook=match.runbook if match else None,
    )


def _shown(ended: Ending) -> Ending:
    """A code and a message from the body have not been cleaned yet."""
    return replace(ended, error_code=shown_line(ended.error_code), error_message=shown_passage(ended.error_message))


def _match(catalog: Catalog | None, facts: Facts, ended: Ending, language: Language) -> Match | None:
    if catalog is None or not ended.error_code or ended.kind == "succeeded":
        return None
    return catalog.find(ended.error_code, product=facts.product, message=ended.error_message, language=language)


def _inner_match(catalog: Catalog | None, facts: Facts, language: Language) -> Match | None:
    if catalog is None or facts.nested is None or not facts.nested.error_code:
        return None
    return catalog.find(facts.nested.error_code, message=facts.nested.message, language=language)


def _by_catalogue(ended: Ending, match: Match | None) -> Ending:
    """A code that shows its family only to those who know it: the catalogue, or a team for its own codes."""
    if ended.kind == "failed" and match is not None and match.kind in ("denied", "throttled"):
        return replace(ended, kind=match.kind)
    return ended


def _solution_id(solution: Solution) -> str:
    return shown_line(solution.solution_id or solution.error_code) or "GetErrorCodeSolutions"


def _solutions_text(answers: Sequence[Solution]) -> str | None:
    texts = [shown_passage(plain_text(item.content or "")) for item in answers]
    return cut("\n\n".join(filter(None, texts)), _LONGEST_SOLUTIONS) or None


def _catalogue_source(match: Match | None, now: datetime, language: Language) -> tuple[Source, ...]:
    if match is None:
        return ()
    if match.checked is None:
        return (Source("catalogue", match.reference),)
    days = max(0, (now.date() - match.checked).days)
    note = say("source.checked", language, date=match.checked.isoformat(), days=days)
    return (Source("catalogue", match.reference, note),)


def _solution_sources(known: Known, note: str | None) -> tuple[Source, ...]:
    return tuple(Source("solutions", reference, note) for reference in known.solution_ids)


def _utc(now: datetime) -> datetime:
    return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
