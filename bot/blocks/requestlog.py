"""The card: one explained request, the verdict first, then why, who can fix it and how."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.blocks import kit
from bot.blocks.details import card_buttons
from bot.blocks.handoff import ask_button
from bot.blocks.kit import SHARED, Block, Element, Message, Piece
from bot.blocks.words import age, field, name_of
from bot.explain.explanation import Denial, Explanation, Matched, Source
from bot.explain.shapes import MASK
from bot.languages import Language, bracketed, mark
from bot.outcomes import Rung

# The times are worth a line only when something is wrong with them.
QUIET_READINGS: Final = ("normal", "unknown")
SYMBOLS: Final = {"denied": "⛔", "throttled": "⏳", "failed": "❌", "succeeded": "✅", "succeeded_but": "⚠️"}


def card(
    explanation: Explanation,
    rungs: tuple[Rung, ...],
    *,
    now: datetime,
    lookup_request_id: str | None = None,
    buttons: bool = True,
    handoff: bool = False,
) -> Message:
    """The card of a found request. ``rungs`` are those that were tried; ``now`` gives the call's age.

    ``handoff`` says that there are administrators to whom a denial can be sent.
    """
    language = explanation.language
    return kit.message(
        explanation.verdict,
        language,
        kit.header(f"{_symbol(explanation)} {explanation.verdict}"),
        kit.piece(9, *_call(explanation, now)),
        kit.piece(9, *_why(explanation)),
        *(denial_pieces(explanation.denial, language) if explanation.denial else ()),
        kit.piece(8, ask_button(explanation) if buttons and handoff else None),
        kit.piece(6, *_verdicts(explanation)),
        kit.piece(3, *_advice(explanation)),
        card_buttons(explanation) if buttons else None,
        kit.context(*_footer(explanation, rungs, lookup_request_id)),
    )


def _symbol(explanation: Explanation) -> str:
    """A log without a status says nothing of how the call ended."""
    silent = explanation.kind == "succeeded" and explanation.http_status is None
    return "❔" if silent else SYMBOLS[explanation.kind]


def _call(explanation: Explanation, now: datetime) -> Iterator[Element]:
    language, call = explanation.language, explanation.call
    named = explanation.product_name or explanation.product or ""
    what: list[Element | str] = [kit.words(named, bold=True)] if named else []
    if explanation.product and explanation.product.casefold() != named.casefold():
        what += [" ", kit.code(explanation.product)]
    if explanation.api:
        what += [" ", kit.link(explanation.api, call.document)]
    for value in (explanation.region_id, call.endpoint):
        if value:
            what += [" · ", kit.code(value)]
    if explanation.product or explanation.api:
        yield kit.line(*what)
    status = " ".join(part for part in (explanation.http_status, explanation.error_code) if part)
    when = _when(explanation, now)
    ended = [kit.code(status), *([" · ", *when] if when else [])] if status else when
    if ended:
        yield kit.line(*ended)
    if call.caller_words:
        yield kit.line(*_caller(explanation))
    if explanation.request_id:
        yield kit.line(name_of("request_id", language), " ", kit.code(explanation.request_id))


def _when(explanation: Explanation, now: datetime) -> list[Element | str]:
    when = explanation.call.sent_at or explanation.call.received_at
    if when is None:
        return []
    return [kit.moment(when), bracketed(age(now - when, explanation.language), explanation.language)]


def _caller(explanation: Explanation) -> list[Element | str]:
    language, call = explanation.language, explanation.call
    spans: list[Element | str] = [kit.words(SHARED("card.by", language), bold=True), " ", call.caller_words or ""]
    if call.caller_ip:
        spans += [SHARED("card.from", language), kit.code(call.caller_ip)]
    if call.user_agent:
        spans += [SHARED("card.with", language), kit.code(call.user_agent, 120)]
    return spans


def _why(explanation: Explanation) -> Iterator[Element]:
    said = explanation.error_message
    if said and " ".join(said.split()) not in (explanation.cause or ""):
        yield kit.quote(said, 900)
    if explanation.cause:
        yield field("why", explanation.language, explanation.cause)
    if explanation.nested and explanation.nested.request_id:
        yield _nested(explanation)
    yield from todo(explanation)


def todo(explanation: Explanation) -> Iterator[Element]:
    """The next steps under their name, if there are any."""
    if explanation.next_steps:
        yield field("todo", explanation.language)
        yield kit.steps(explanation.next_steps, "ordered" if len(explanation.next_steps) > 1 else "bullet")


def _nested(explanation: Explanation) -> Element:
    nested, language = explanation.nested, explanation.language
    spans: list[Element | str] = []
    for value in (nested and nested.request_id, nested and nested.error_code):
        if value:
            spans += [kit.code(value), " "]
    hint = "" if explanation.inner_found else SHARED("card.nested_hint", language)
    return kit.labelled(SHARED("card.nested", language), *spans, hint)


def _verdicts(explanation: Explanation) -> list[Element]:
    """Retry, throttling and timing, one line each."""
    timing = explanation.timing
    told = (
        ("retry", retry_words(explanation)),
        ("throttling", explanation.throttling),
        ("timing", timing.words if timing.reading not in QUIET_READINGS and timing.words != explanation.cause else None),
    )
    return [field(name, explanation.language, said) for name, said in told if said]


def retry_words(explanation: Explanation) -> str:
    """The retry verdict with its reason; empty for a call that succeeded."""
    if explanation.retry is None:
        return explanation.retry_because or ""
    parts = (SHARED(f"card.retry_{explanation.retry}", explanation.language), explanation.retry_because or "")
    return ("" if explanation.language == "zh" else " ").join(parts).strip()


def _advice(explanation: Explanation) -> Iterator[Element]:
    language = explanation.language
    if explanation.solutions:
        foreign = any(source.kind == "solutions" and source.note for source in explanation.sources)
        yield kit.labelled(SHARED("card.solutions_foreign", language)) if foreign else field("solutions", language)
        yield kit.quote(explanation.solutions, 1800)
    if explanation.runbook:
        page = explanation.runbook
        # A team's own wiki is no host that may be linked: its address is shown to be copied.
        shown = kit.link(page, page) if kit.is_safe_link(page) else kit.code(page, 500)
        yield field("runbook", language, shown)


def _footer(explanation: Explanation, rungs: tuple[Rung, ...], lookup_request_id: str | None) -> list[str]:
    language = explanation.language
    parts = []
    if rungs:
        last = rungs[-1]
        parts.append(SHARED("card.footer", language, name=last.viewed_as, rung=SHARED(f"rung.{last.rung}", language)))
    if explanation.timing.duration_ms is not None:
        parts.append(SHARED("card.took", language, ms=explanation.timing.duration_ms))
    if lookup_request_id:
        parts.append(SHARED("card.reference", language, id=lookup_request_id))
    lines = [kit.escape(" · ".join(parts))] if parts else []
    return lines + sources_line([_source(source, language) for source in explanation.sources], language)


def sources_line(named: list[str], language: Language) -> list[str]:
    """Small print on where an explanation comes from; nothing when nobody is named."""
    sources = mark("、", language).join(named)
    return [kit.escape(kit.fit(SHARED("card.sources", language, sources=sources), 400))] if named else []


def _source(source: Source, language: Language) -> str:
    """A source by name. Age and language stand where they matter: next to the call, and above a foreign solution."""
    if source.kind == "log" and source.reference.startswith("actiontrail:"):
        return SHARED("rung.trail", language)
    note = source.note if source.kind in ("catalogue", "text") else None
    return SHARED(f"source.{source.kind}", language) + (bracketed(note, language) if note else "")


def denial_pieces(denial: Denial, language: Language) -> list[Piece]:
    """The pieces of a card that a denial adds, in reading order; what is needed most goes last when room is short."""
    return [
        kit.piece(9, kit.rich(field("fixer", language, denial.fixer))),
        kit.piece(5, _evidence(denial, language)),
        kit.piece(8, _draft(denial, language)),
    ]


def _draft(denial: Denial, language: Language) -> Block | None:
    """The policy alone: the steps above say already what it covers. One with masked names is nothing to paste."""
    if denial.policy_draft is not None:
        policy = json.dumps(denial.policy_draft, indent=2, ensure_ascii=False)
        name = "draft_wide" if denial.draft_to_narrow else "draft"
        label = kit.labelled(SHARED("denial.draft_masked", language)) if MASK in policy else field(name, language)
        return kit.rich(label, kit.preformatted(policy))
    if denial.no_draft_because:
        return kit.rich(field("no_draft", language, denial.no_draft_because))
    return None


def _evidence(denial: Denial, language: Language) -> Block | None:
    lines: list[Element] = []
    if denial.resource and denial.policy_draft is None:
        lines.append(field("resource", language, kit.code(denial.resource)))
    lines += [_policy(policy, language) for policy in denial.matched]
    if denial.conditions:
        shown: list[Element | str] = []
        for key, values in denial.conditions:
            shown += [kit.code(f"{key} = {', '.join(values)}"), "  "]
        lines.append(kit.labelled(SHARED("denial.conditions", language), *shown[:-1]))
    if denial.decode_note:
        lines.append(kit.line(denial.decode_note))
    return kit.rich(*lines) if lines else None


def _policy(policy: Matched, language: Language) -> Element:
    """A policy by its name, then in words what somebody needs to find it: type, version, where it is attached."""
    kind = policy.type and (
        SHARED(f"denial.type.{policy.type}", language) if SHARED.has(f"denial.type.{policy.type}") else policy.type
    )
    found = (
        kind,
        policy.version and SHARED("denial.version", language, version=policy.version),
        policy.attached_to and SHARED("denial.attached", language, entity=_spaced(policy.attached_to, language)),
        policy.scope and SHARED("denial.scope", language, scope=policy.scope),
    )
    where = mark("，", language).join(part for part in found if part)
    label = SHARED("denial.matched_allow", language) if policy.effect == "Allow" else name_of("matched", language)
    return kit.labelled(label, kit.code(policy.name), f"  {where}" if where else " ")


def _spaced(name: str, language: Language) -> str:
    """A name inside a Chinese sentence stands apart from it when it begins in Latin letters."""
    return f" {name}" if language == "zh" and name[:1].isascii() else name
