"""What is said when this bot itself fails: that it is not the asker's fault, what to do, and a reference."""

from typing import Literal

from bot.blocks.kit import SHARED, Message, context, escape, header, line, message, one_line
from bot.languages import Language, sentences


def trouble(language: Language, reference: str) -> Message:
    """A handler failed. The log names the reference where it did."""
    title, body = SHARED("trouble.title", language), SHARED("trouble.body", language)
    small = context(escape(SHARED("reference.id", language, id=reference)))
    return message(sentences(title, body, language), language, header(f"⚠️ {title}"), line(body), small)


def not_audited(language: Language, reference: str) -> Message:
    """An attempt could not be written to the audit, so what came of it is not told."""
    title, body = SHARED("trouble.not_audited_title", language), SHARED("trouble.not_audited", language)
    small = context(escape(SHARED("reference.id", language, id=reference)))
    return message(sentences(title, body, language), language, header(title), line(body), small)


def not_recorded(reason: Literal["full", "share", "not_recorded"], language: Language) -> Message:
    """A command that could not be stored, so it was not started."""
    return one_line(SHARED(f"trouble.{reason}", language))
