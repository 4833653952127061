"""Several requests at once: what they have in common first, then a line a request, each with its card on demand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    code,
    context,
    escape,
    fit,
    header,
    line,
    message,
    piece,
    rich,
    words,
)
from bot.blocks.outcome import sentence
from bot.blocks.requestlog import SYMBOLS
from bot.blocks.words import TEXTS
from bot.outcomes import Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.blocks.kit import Element
    from bot.languages import Language
    from bot.outcomes import Outcome

Group = tuple[str, str, str, str, str]

NOT_FOUND_SYMBOL: Final = "❔"
MOST_BUTTONS: Final = 12
IDS_A_GROUP: Final = 6


def summary(outcomes: Sequence[Outcome], beyond: Sequence[str], language: Language, *, now: datetime) -> Message:  # noqa: ARG001 - ages follow with the timeline
    """One message for several look-ups. ``beyond`` are ids that were too much at once."""
    groups = grouped(outcomes)
    found = sum(isinstance(outcome, Found) for outcome in outcomes)
    title = TEXTS("many.title", language, count=len(outcomes), found=found)
    pieces = [piece(9, header(title))]
    for number, members in enumerate(groups):
        lines = [line(words(_headline(members, len(outcomes), language), bold=True)), _ids(members)]
        pieces.append(piece(9 - min(number // 5, 4), rich(*lines)))
    pieces.append(piece(8, _buttons(groups, language)))
    if beyond:
        small = TEXTS("many.capped", language, count=len(beyond), limit=len(outcomes), ids=", ".join(beyond))
        pieces.append(piece(9, context(fit(escape(small), 1500))))
    first = _headline(groups[0], len(outcomes), language)
    return message(f"{title}: {first}", pieces, TEXTS("card.shortened", language))


def grouped(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """The outcomes by product, API, code, caller and region, the largest group first."""
    keys = [_key(outcome) for outcome in outcomes]
    return [
        [outcome for outcome, each in zip(outcomes, keys, strict=True) if each == key] for key, _ in Counter(keys).most_common()
    ]


def _key(outcome: Outcome) -> Group:
    if not isinstance(outcome, Found):
        return (type(outcome).__name__, getattr(outcome, "reason", ""), getattr(outcome, "kind", ""), "", "")
    said = outcome.explanation
    parts = (said.product, said.api, said.error_code or said.kind, said.call.caller_id, said.region_id)
    return (parts[0] or "", parts[1] or "", parts[2] or "", parts[3] or "", parts[4] or "")


def _headline(members: Sequence[Outcome], total: int, language: Language) -> str:
    first = members[0]
    symbol = SYMBOLS[first.explanation.kind] if isinstance(first, Found) else NOT_FOUND_SYMBOL
    share = TEXTS("many.share", language, count=len(members), total=total) if len(members) > 1 else ""
    return f"{symbol} {share}{fit(sentence(first, language), 200)}"


def _ids(members: Sequence[Outcome]) -> Element:
    spans: list[Element | str] = []
    for outcome in members[:IDS_A_GROUP]:
        spans += [code(outcome.request_id), " "]
    rest = len(members) - IDS_A_GROUP
    return line(*spans, *([f"+{rest}"] if rest > 0 else []))


def _buttons(groups: Sequence[Sequence[Outcome]], language: Language) -> Block | None:
    made = [
        button(
            TEXTS("many.open", language, id=members[0].request_id[-4:]),
            f"open_card_{number}",
            members[0].request_id,
            label=TEXTS("many.open_label", language, id=members[0].request_id),
        )
        for number, members in enumerate(groups[:MOST_BUTTONS])
        if isinstance(members[0], Found)
    ]
    return actions(*made) if made else None
