"""The card: one explained request, the verdict first, then why, who can fix it and how."""

from datetime import datetime
from typing import Final

from bot.blocks.denial import denial_pieces
from bot.blocks.details import card_buttons
from bot.blocks.handoff import ask_button
from bot.blocks.kit import (
    Block,
    Element,
    Message,
    code,
    context,
    escape,
    fit,
    header,
    is_safe_link,
    line,
    link,
    message,
    moment,
    piece,
    quote,
    rich,
    steps,
    words,
)
from bot.blocks.words import TEXTS, age
from bot.explain.explanation import Explanation, Source
from bot.languages import Language
from bot.outcomes import Rung

# The times are worth a line only when something is wrong with them.
QUIET_READINGS: Final = ("normal", "unknown")
SYMBOLS: Final = {"denied": "⛔", "throttled": "⏳", "failed": "❌", "succeeded": "✅", "succeeded_but": "⚠️"}


def card(  # noqa: PLR0913 - all but the record and its rungs are named, and each may be left out
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
    verdict = explanation.verdict
    pieces = [
        piece(9, header(f"{_symbol(explanation)} {verdict}")),
        piece(9, _call(explanation, now)),
        piece(9, _why(explanation)),
        *(denial_pieces(explanation.denial, language) if explanation.denial else ()),
        piece(8, ask_button(explanation) if buttons and handoff else None),
        piece(6, _verdicts(explanation)),
        piece(3, _advice(explanation)),
        piece(9, card_buttons(explanation) if buttons else None),
        piece(9, context(*_footer(explanation, rungs, lookup_request_id))),
    ]
    return message(verdict, [each for each in pieces if each.blocks], TEXTS("card.shortened", language))


def _symbol(explanation: Explanation) -> str:
    """A log without a status says nothing of how the call ended."""
    silent = explanation.kind == "succeeded" and explanation.http_status is None
    return "❔" if silent else SYMBOLS[explanation.kind]


def _call(explanation: Explanation, now: datetime) -> Block | None:
    language, call = explanation.language, explanation.call
    what: list[Element | str] = [words(explanation.product_name or explanation.product or "–", bold=True), " "]
    if explanation.product and explanation.product.casefold() != (explanation.product_name or explanation.product).casefold():
        what += [code(explanation.product), " "]
    what.append(link(explanation.api or "–", call.document))
    for value in (explanation.region_id, call.endpoint):
        if value:
            what += [" · ", code(value)]
    status = " ".join(part for part in (explanation.http_status, explanation.error_code) if part)
    named = [line(*what)] if explanation.product or explanation.api else []
    when = _when(explanation, now)
    ended = [code(status), *([" · ", *when] if when else [])] if status else when
    lines = [*named, *([line(*ended)] if ended else [])]
    if call.caller_words:
        lines.append(line(*_caller(explanation)))
    if explanation.request_id:
        lines.append(line(TEXTS("card.request", language), " ", code(explanation.request_id)))
    return rich(*lines) if lines else None


def _when(explanation: Explanation, now: datetime) -> list[Element | str]:
    when = explanation.call.sent_at or explanation.call.received_at
    if when is None:
        return []
    passed = age(now - when, explanation.language)
    return [moment(when), f"（{passed}）" if explanation.language == "zh" else f" ({passed})"]


def _caller(explanation: Explanation) -> list[Element | str]:
    language, call = explanation.language, explanation.call
    spans: list[Element | str] = [words(TEXTS("card.by", language), bold=True), " ", call.caller_words or ""]
    if call.caller_ip:
        spans += [TEXTS("card.from", language), code(call.caller_ip)]
    if call.user_agent:
        spans += [TEXTS("card.with", language), code(call.user_agent, 120)]
    return spans


def _why(explanation: Explanation) -> Block | None:
    language = explanation.language
    elements: list[Element] = []
    said = explanation.error_message
    if said and " ".join(said.split()) not in (explanation.cause or ""):
        elements.append(quote(said, 900))
    if explanation.cause:
        elements.append(line(words(TEXTS("card.why", language), bold=True), "  ", explanation.cause))
    if explanation.nested and explanation.nested.request_id:
        elements.append(_nested(explanation))
    if explanation.next_steps:
        elements.append(line(words(TEXTS("card.todo", language), bold=True)))
        elements.append(steps(explanation.next_steps, "ordered" if len(explanation.next_steps) > 1 else "bullet"))
    return rich(*elements) if elements else None


def _nested(explanation: Explanation) -> Element:
    nested, language = explanation.nested, explanation.language
    spans: list[Element | str] = [words(TEXTS("card.nested", language), bold=True), "  "]
    for value in (nested and nested.request_id, nested and nested.error_code):
        if value:
            spans += [code(value), " "]
    return line(*spans, TEXTS("card.nested_hint", language))


def _verdicts(explanation: Explanation) -> Block | None:
    """Retry, throttling and timing, one line each."""
    language = explanation.language
    lines: list[Element] = []
    if explanation.retry:
        lines.append(line(words(TEXTS("card.retry", language), bold=True), "  ", retry_words(explanation)))
    if explanation.throttling:
        lines.append(line(words(TEXTS("card.throttling", language), bold=True), "  ", explanation.throttling))
    if explanation.timing.words and explanation.timing.reading not in QUIET_READINGS:
        lines.append(line(words(TEXTS("card.timing", language), bold=True), "  ", explanation.timing.words))
    return rich(*lines) if lines else None


def retry_words(explanation: Explanation) -> str:
    """The retry verdict with its reason; empty for a call that succeeded."""
    if explanation.retry is None:
        return ""
    parts = (TEXTS(f"card.retry_{explanation.retry}", explanation.language), explanation.retry_because or "")
    return ("" if explanation.language == "zh" else " ").join(parts).strip()


def _advice(explanation: Explanation) -> Block | None:
    language = explanation.language
    elements: list[Element] = []
    if explanation.solutions:
        foreign = any(source.kind == "solutions" and source.note for source in explanation.sources)
        label = "card.solutions_foreign" if foreign else "card.solutions"
        elements.append(line(words(TEXTS(label, language), bold=True)))
        elements.append(quote(explanation.solutions, 1800))
    if explanation.runbook:
        page = explanation.runbook
        # A team's own wiki is no host that may be linked: its address is shown to be copied.
        shown = link(page, page) if is_safe_link(page) else code(page, 500)
        elements.append(line(words(TEXTS("card.runbook", language), bold=True), "  ", shown))
    return rich(*elements) if elements else None


def _footer(explanation: Explanation, rungs: tuple[Rung, ...], lookup_request_id: str | None) -> list[str]:
    language = explanation.language
    parts = []
    if rungs:
        last = rungs[-1]
        parts.append(TEXTS("card.footer", language, name=last.viewed_as, rung=TEXTS(f"rung.{last.rung}", language)))
    if explanation.timing.duration_ms is not None:
        parts.append(TEXTS("card.took", language, ms=explanation.timing.duration_ms))
    if lookup_request_id:
        parts.append(TEXTS("card.reference", language, id=lookup_request_id))
    named = [_source(source, language) for source in explanation.sources]
    sources = ("、" if language == "zh" else ", ").join(named)
    lines = [escape(" · ".join(parts))] if parts else []
    return [*lines, escape(fit(TEXTS("card.sources", language, sources=sources), 400))] if sources else lines


def _source(source: Source, language: Language) -> str:
    """A source by name. Age and language stand where they matter: beside the call, and above a foreign solution."""
    if source.kind == "log" and source.reference.startswith("actiontrail:"):
        return TEXTS("rung.trail", language)
    note = source.note if source.kind in ("catalogue", "text") else None
    brackets = "（{}）" if language == "zh" else " ({})"
    return TEXTS(f"source.{source.kind}", language) + (brackets.format(note) if note else "")
