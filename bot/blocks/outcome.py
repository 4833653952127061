"""What each outcome of a look-up says when it is not a card: a title, the next step, the rungs, a reference."""

from datetime import datetime

from bot.blocks.account import how_to_link
from bot.blocks.details import REFRESH
from bot.blocks.kit import (
    Element,
    Message,
    Piece,
    actions,
    button,
    context,
    escape,
    header,
    line,
    message,
    piece,
    rich,
    steps,
    words,
)
from bot.blocks.requestlog import card
from bot.blocks.words import TEXTS, ladder
from bot.languages import Language
from bot.outcomes import Found, NotConnected, NotFound, Outcome, Refused, Unavailable, Unsupported


def outcome_message(
    outcome: Outcome, language: Language, *, now: datetime, reference: str = "", handoff: bool = False
) -> Message:
    """The message of any outcome. ``reference`` is our own id of this command, for the person who runs the bot.

    ``handoff`` says that there are administrators to whom a denial can be sent.
    """
    if isinstance(outcome, Found):
        known = outcome.lookup_request_id
        return card(outcome.explanation, outcome.rungs, now=now, lookup_request_id=known, handoff=handoff)
    title, elements = _content(outcome, language)
    pieces = [piece(9, header(title)), piece(9, rich(*elements) if elements else None)]
    if isinstance(outcome, NotFound | NotConnected) and outcome.explanation is not None:
        pieces += _from_text(outcome, language, now)
    if isinstance(outcome, NotConnected) and outcome.person is not None:
        pieces += [piece(8, block) for block in how_to_link(outcome.person, language)]
    if isinstance(outcome, NotFound | Unavailable):
        again = button(TEXTS("button.refresh", language), REFRESH, outcome.request_id)
        pieces.append(piece(9, {**actions(again), "block_id": "outcome_actions"}))
    small = _small_print(outcome, language, reference)
    pieces.append(piece(9, context(*small) if small else None))
    return message(sentence(outcome, language), pieces, TEXTS("card.shortened", language))


def sentence(outcome: Outcome, language: Language) -> str:
    """The outcome in one plain sentence, for the terminal and for summaries."""
    if isinstance(outcome, Found):
        return outcome.explanation.verdict
    title, elements = _content(outcome, language)
    stop = "。" if language == "zh" else ". "
    return f"{title}{stop}{_likeliest(outcome, language) or _first_words(elements)}".strip()


def _content(outcome: Outcome, language: Language) -> tuple[str, list[Element]]:
    if isinstance(outcome, NotFound):
        reasons = [TEXTS(f"not_found.{hint}", language) for hint in outcome.hints]
        lead = [line(TEXTS("not_found.lead", language)), steps(reasons)]
        return TEXTS("not_found.title", language, id=outcome.request_id), lead
    if isinstance(outcome, NotConnected):
        return TEXTS("not_connected.title", language), [line(TEXTS("not_connected.body", language))]
    if isinstance(outcome, Unsupported):
        kind = outcome.kind if TEXTS.has(f"unsupported.{outcome.kind}") else "other"
        title = TEXTS(f"unsupported_title.{kind}", language, id=outcome.request_id)
        return title, [line(TEXTS(f"unsupported.{kind}", language))]
    group = "refused" if isinstance(outcome, Refused) else "unavailable"
    title = TEXTS(f"{group}.title", language, id=outcome.request_id)
    return title, [line(TEXTS(f"{group}.{outcome.reason}", language))]  # type: ignore[union-attr] # only Found has no reason


def _likeliest(outcome: Outcome, language: Language) -> str | None:
    """The first reason of several, called what it is."""
    if not isinstance(outcome, NotFound) or not outcome.hints:
        return None
    return TEXTS("not_found.likeliest", language, reason=TEXTS(f"not_found.{outcome.hints[0]}", language))


def _from_text(outcome: NotFound | NotConnected, language: Language, now: datetime) -> list[Piece]:
    explanation = outcome.explanation
    if explanation is None:
        return []
    lead = piece(8, rich(line(words(TEXTS("not_found.from_text", language), bold=True))))
    said = card(explanation, (), now=now)
    return [lead, piece(7, *said.blocks)]


def _small_print(outcome: Outcome, language: Language, reference: str) -> list[str]:
    lines = [escape(ladder(outcome.rungs, language))] if outcome.rungs else []
    own = outcome.error.request_id if isinstance(outcome, Refused | Unavailable) and outcome.error else None
    own = own or (outcome.lookup_request_id if isinstance(outcome, NotFound) else None)
    if own:
        lines.append(escape(TEXTS("reference.own", language, id=own)))
    if reference:
        lines.append(escape(TEXTS("reference.id", language, id=reference)))
    return lines


def _first_words(elements: list[Element]) -> str:
    first = elements[0]["elements"][0] if elements else {}
    text: str = first.get("text", "")
    return text
