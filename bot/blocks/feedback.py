"""The two opinions that people may have on an explanation, and the answer to them."""

from typing import Final, Literal

from bot.blocks.kit import Message, one_line
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "feedback.toml")
HELPFUL: Final = "feedback_helpful"
WRONG: Final = "feedback_wrong"


def opinions(explanation: Explanation) -> list[tuple[str, str, str]]:
    """The two opinions as (action id, catalogue reference, words); none where no entry explains the error.

    Only an entry, ours or the team's, can be mended.
    """
    reference = next((source.reference for source in explanation.sources if source.kind == "catalogue"), None)
    if reference is None:
        return []
    language = explanation.language
    return [(HELPFUL, reference, TEXTS("helpful_label", language)), (WRONG, reference, TEXTS("wrong_label", language))]


def answer(said: Literal["new", "changed", "same", "lost"], language: Language) -> Message:
    """What the person is told."""
    return one_line(TEXTS(said, language))
