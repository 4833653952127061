"""The denial block: who can fix it, the policy that decided, and the smallest policy to ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.blocks.kit import Block, Element, Piece, code, line, piece, preformatted, rich, words
from bot.blocks.words import TEXTS

if TYPE_CHECKING:
    from bot.explain.explanation import Denial
    from bot.languages import Language


def denial_pieces(denial: Denial, language: Language) -> list[Piece]:
    """The pieces of a card that a denial adds, the most needed with the highest rank."""
    return [
        piece(9, rich(line(words(TEXTS("card.fixer", language), bold=True), "  ", denial.fixer))),
        piece(8, _draft(denial, language)),
        piece(5, _evidence(denial, language)),
    ]


def _draft(denial: Denial, language: Language) -> Block | None:
    if denial.policy_draft is not None:
        elements = [line(words(TEXTS("card.draft", language), bold=True), "  ", denial.draft_note or "")]
        elements.append(preformatted(json.dumps(denial.policy_draft, indent=2, ensure_ascii=False)))
        return rich(*elements)
    if denial.no_draft_because:
        return rich(line(words(TEXTS("card.no_draft", language), bold=True), "  ", denial.no_draft_because))
    return None


def _evidence(denial: Denial, language: Language) -> Block | None:
    lines: list[Element] = []
    for policy in denial.matched:
        attached = " · ".join(
            part for part in (policy.effect, policy.type, policy.version, policy.attached_to, policy.scope) if part
        )
        lines.append(line(words(TEXTS("card.matched", language), bold=True), "  ", code(policy.name), " ", attached))
    for key, values in denial.conditions:
        lines.append(line(words(TEXTS("card.conditions", language), bold=True), "  ", code(f"{key} = {', '.join(values)}")))
    if denial.decode_note:
        lines.append(line(denial.decode_note))
    return rich(*lines) if lines else None
