"""The two small buttons by which people say what an explanation was worth, and the answer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from bot.blocks.kit import Message, actions, button, line, rich
from bot.languages import Texts

if TYPE_CHECKING:
    from bot.blocks.kit import Block
    from bot.explain.explanation import Explanation
    from bot.languages import Language

TEXTS: Final = Texts("bot.blocks", "feedback.toml")
HELPFUL: Final = "feedback_helpful"
WRONG: Final = "feedback_wrong"
LONGEST_REFERENCE: Final = 200


def feedback_buttons(explanation: Explanation) -> Block | None:
    """The buttons, where a catalogue entry (ours or the team's) explains the error: only those can be mended."""
    reference = next((source.reference for source in explanation.sources if source.kind == "catalogue"), None)
    if reference is None:
        return None
    language, value = explanation.language, reference[:LONGEST_REFERENCE]
    row = actions(
        button(TEXTS("helpful", language), HELPFUL, value, label=TEXTS("helpful_label", language)),
        button(TEXTS("wrong", language), WRONG, value, label=TEXTS("wrong_label", language)),
    )
    return {**row, "block_id": "feedback"}


def answer(said: Literal["thanks", "again", "lost"], language: Language) -> Message:
    """What the person is told."""
    words = TEXTS(said, language)
    return Message(words, [rich(line(words))])
