"""What is said when this bot itself fails: that it is not the asker's fault, what to do, and a reference."""

from typing import Literal

from bot.blocks.kit import Message, context, escape, header, line, message, piece, rich
from bot.blocks.words import TEXTS
from bot.languages import Language


def trouble(language: Language, reference: str) -> Message:
    """A story broke. The reference stands in the log beside where it broke."""
    title, body = TEXTS("trouble.title", language), TEXTS("trouble.body", language)
    small = context(escape(TEXTS("reference.id", language, id=reference)))
    pieces = [piece(9, header(f"⚠️ {title}")), piece(9, rich(line(body))), piece(9, small)]
    return message(f"{title}. {body}", pieces, TEXTS("card.shortened", language))


def not_recorded(reason: Literal["full", "not_recorded"], language: Language) -> Message:
    """A command that could not be stored, so it was not started."""
    body = TEXTS(f"trouble.{reason}", language)
    return message(body, [piece(9, rich(line(body)))], TEXTS("card.shortened", language))
