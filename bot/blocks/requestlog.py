"""The card of one request: verdict, cause, retry, who can fix it and the one action that helps; all facts are folded."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.blocks import kit
from bot.blocks.details import ask_button, can_ask, card_buttons, grantable, opinions
from bot.blocks.kit import SHARED, Block, Element, Message, Piece
from bot.blocks.words import QUIET_READINGS, age, answers, field, name_of, split_cause
from bot.explain.explanation import Denial, Explanation, Matched, Source
from bot.explain.sentences import SLOW
from bot.explain.shapes import MASK
from bot.explain.wording import say
from bot.languages import Language, bracketed, mark
from bot.outcomes import Rung

SYMBOLS: Final = {"denied": "⛔", "throttled": "⏳", "failed": "❌", "succeeded": "✅", "succeeded_but": "⚠️"}


def card(
    explanation: Explanation,
    rungs: tuple[Rung, ...],
    *,
    now: datetime,
    lookup_request_id: str | None = None,
    handoff: bool = False,
    row: Block | None = None,
) -> Message:
    """The card of a found request. ``rungs`` are those that were tried; ``now`` gives the call's age.

    ``handoff`` says that there are administrators to whom a denial can be sent; ``row`` stands in place of the card's buttons.
    """
    asking = handoff and can_ask(explanation, logged=row is None)
    asks = asking and grantable(explanation)
    row = row or card_buttons(explanation, *([ask_button(explanation)] if asking else []))
    return kit.message(
        explanation.verdict,
        explanation.language,
        *top(explanation, now, asks=asks),
        row,
        *facts(explanation, rungs, lookup_request_id, asks=asks),
        opinions(explanation) if row else None,
        fold=fold(explanation, now),
    )


def top(explanation: Explanation, now: datetime, *, asks: bool = False) -> Iterator[Block | Piece]:
    """The headline, the line that carries the answer, and what to do; ``asks`` says that a button does that."""
    yield kit.header(f"{sign(explanation)} {explanation.verdict}")
    yield kit.piece(9, _answer(explanation, now), *(() if asks else _action(explanation)))


def sign(explanation: Explanation) -> str:
    """How a call ended, in a sign; one that only was slow, or of whose end the log says nothing, has its own."""
    if explanation.kind == "succeeded" and explanation.timing.reading in SLOW:
        return "⏱️"
    return "❔" if explanation.kind == "succeeded" and explanation.http_status is None else SYMBOLS[explanation.kind]


def _answer(explanation: Explanation, now: datetime) -> Element | None:
    """Cause, whether to retry and when, who can fix it: in one line."""
    spans: list[Element | str] = []
    for name, said in answers(explanation, now):
        spans += [" · "] if spans else []
        spans += [said] if name == "why" else [kit.words(name_of(name, explanation.language), bold=True), " ", said]
    return kit.line(*spans) if spans else None


def _action(explanation: Explanation) -> Iterator[Element]:
    """What helps most: the team's own page, the policy to ask for, else the first step."""
    language, denial = explanation.language, explanation.denial
    if explanation.runbook:
        page = explanation.runbook
        # A team's own wiki is no host that may be linked: its address is shown to be copied.
        yield field("runbook", language, kit.link(page, page) if kit.is_safe_link(page) else kit.code(page, 500))
    elif denial and denial.policy_draft is not None and not _masked(denial):
        yield from draft(denial, language)
    elif explanation.next_steps:
        yield field("todo", language, explanation.next_steps[0])


def fold(explanation: Explanation, now: datetime) -> tuple[str, str]:
    """The title of the folded facts, and under it of which call they are."""
    when = explanation.call.sent_at or explanation.call.received_at
    passed = age(now - when, explanation.language) if when else None
    known = (explanation.request_id, explanation.region_id, passed)
    return SHARED("card.fold", explanation.language), " · ".join(part for part in known if part)


def facts(
    explanation: Explanation, rungs: tuple[Rung, ...] = (), lookup_request_id: str | None = None, *, asks: bool = False
) -> list[Piece]:
    """The folded part, as pieces; what is needed most goes last when room is short."""
    language, denial = explanation.language, explanation.denial
    made: list[tuple[int, Iterable[Element | Block]]] = [
        (9, _call(explanation)),
        (8, _why(explanation)),
        (5, evidence(denial, language) if denial else ()),
        (8, draft(denial, language) if denial and (asks or explanation.runbook or _masked(denial)) else ()),
        (6, _verdicts(explanation)),
        (3, _advice(explanation)),
    ]
    small = _footer(explanation, rungs, lookup_request_id)
    made.append((9, [kit.context(*small)] if small else ()))
    return [kit.piece(rank, *parts, folded=True) for rank, parts in made]


def _call(explanation: Explanation) -> Iterator[Element]:
    language, call = explanation.language, explanation.call
    named = explanation.product_name or explanation.product or ""
    what: list[Element | str] = [kit.words(named, bold=True)] if named else []
    if explanation.product and explanation.product.casefold() != named.casefold():
        what += [" ", kit.code(explanation.product)]
    if explanation.api:
        what += [" ", kit.link(explanation.api, call.document)]
    if call.endpoint:
        what += [" · ", kit.code(call.endpoint)]
    if explanation.product or explanation.api:
        yield kit.line(*what)
    status = " ".join(part for part in (explanation.http_status, explanation.error_code) if part)
    when = call.sent_at or call.received_at
    ended: list[Element | str] = [kit.code(status), " · "] if status else []
    if status or when:
        yield kit.line(*(ended if when else ended[:1]), *([kit.moment(when)] if when else []))
    if call.caller_words:
        by: list[Element | str] = [kit.words(SHARED("card.by", language), bold=True), " ", call.caller_words]
        by += [SHARED("card.from", language), kit.code(call.caller_ip)] if call.caller_ip else []
        by += [SHARED("card.with", language), kit.code(call.user_agent, 120)] if call.user_agent else []
        yield kit.line(*by)


def _why(explanation: Explanation) -> Iterator[Element]:
    said, language = explanation.error_message, explanation.language
    if said and " ".join(said.split()) not in (explanation.cause or ""):
        yield kit.quote(said, 900)
    rest = split_cause(explanation)[1]
    if rest:
        yield field("why", language, rest)
    if explanation.nested and explanation.nested.request_id:
        yield _nested(explanation)
    # The first step is the action above; who reads the team's page has not read it yet.
    said_above = {say(f"denied.{name}", language) for name in ("draft_to_narrow", "allow_does_not_help")}
    steps = [step for step in explanation.next_steps[not explanation.runbook :] if step not in said_above]
    yield from todo(explanation, "todo" if explanation.runbook else "then", steps)


def todo(explanation: Explanation, name: str, steps: Sequence[str]) -> Iterator[Element]:
    """Steps under a name, if there are any."""
    if steps:
        yield field(name, explanation.language)
        yield kit.steps(steps, "ordered" if len(steps) > 1 else "bullet")


def _nested(explanation: Explanation) -> Element:
    nested, language = explanation.nested, explanation.language
    spans: list[Element | str] = []
    for value in (nested and nested.request_id, nested and nested.error_code):
        if value:
            spans += [kit.code(value), " "]
    hint = "" if explanation.inner else SHARED("card.nested_hint", language)
    return kit.labelled(SHARED("card.nested", language), *spans, hint)


def evidence(denial: Denial, language: Language) -> Iterator[Element]:
    """What a denial was decided by: resource, policies, conditions, or how to learn them."""
    if denial.resource and denial.policy_draft is None:
        yield field("resource", language, kit.code(denial.resource))
    yield from (_policy(policy, language) for policy in denial.matched)
    if denial.conditions:
        shown: list[Element | str] = []
        for key, values in denial.conditions:
            shown += [kit.code(f"{key} = {', '.join(values)}"), "  "]
        yield kit.labelled(SHARED("denial.conditions", language), *shown[:-1])
    if denial.decode_note:
        yield kit.line(denial.decode_note)


def draft(denial: Denial, language: Language) -> Iterator[Element]:
    """The policy alone: the steps say already what it covers. One with masked names is nothing to paste."""
    if denial.policy_draft is not None:
        name = "draft_wide" if denial.draft_to_narrow else "draft"
        yield kit.labelled(SHARED("denial.draft_masked", language)) if _masked(denial) else field(name, language)
        yield kit.preformatted(json.dumps(denial.policy_draft, indent=2, ensure_ascii=False))
    elif denial.no_draft_because and denial.deny != "explicit":  # the cause says that no Allow helps against a Deny
        yield field("no_draft", language, denial.no_draft_because)


def _masked(denial: Denial) -> bool:
    """Whether there is no policy that could be pasted: none at all, or one with masked names."""
    return denial.policy_draft is None or MASK in str(denial.policy_draft)


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


def _verdicts(explanation: Explanation) -> Iterator[Element]:
    """Why to retry or not, throttling and timing, one line each; what the top says already is left out."""
    timing = explanation.timing
    told = timing.reading in QUIET_READINGS or not explanation.cause or timing.words == explanation.cause
    for name, said in (
        ("retry", explanation.retry_because if explanation.retry not in (None, "never") else None),
        ("throttling", explanation.throttling),
        ("timing", None if told else timing.words),
    ):
        if said:
            yield field(name, explanation.language, said)


def _advice(explanation: Explanation) -> Iterator[Element]:
    language = explanation.language
    if explanation.solutions:
        foreign = any(source.kind == "solutions" and source.note for source in explanation.sources)
        yield kit.labelled(SHARED("card.solutions_foreign", language)) if foreign else field("solutions", language)
        yield kit.quote(explanation.solutions, 1800)


def _footer(explanation: Explanation, rungs: tuple[Rung, ...], lookup_request_id: str | None) -> list[str]:
    language, parts = explanation.language, []
    if rungs:
        last = rungs[-1]
        parts.append(SHARED("card.footer", language, name=last.viewed_as, rung=SHARED(f"rung.{last.rung}", language)))
    if explanation.cause and explanation.timing.duration_ms is not None:
        parts.append(SHARED("card.took", language, ms=explanation.timing.duration_ms))
    lines = [kit.escape(" · ".join(parts))] if parts else []
    if lookup_request_id:
        lines.append(kit.escape(SHARED("reference.lookup", language, id=lookup_request_id)))
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
