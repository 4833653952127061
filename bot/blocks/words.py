"""Phrases that several messages share: ages, rungs, sources."""

from datetime import timedelta
from typing import Final

from bot.blocks.kit import Message, line, rich
from bot.languages import Language, Texts
from bot.outcomes import Rung

TEXTS: Final = Texts("bot.blocks")


def ladder(rungs: tuple[Rung, ...], language: Language) -> str:
    """The rungs that were tried, in one line."""
    said = [
        TEXTS(
            "ladder.step" if rung.viewed_as else "ladder.step_text",
            language,
            rung=TEXTS(f"rung.{rung.rung}", language),
            name=rung.viewed_as,
            result=TEXTS(f"result.{rung.result}", language),
        )
        for rung in rungs
    ]
    return TEXTS("ladder.tried", language, steps=("；" if language == "zh" else "; ").join(said))


def age(passed: timedelta, language: Language) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(int(passed.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size * 2 or (unit == "minutes" and seconds >= size):
            return TEXTS(f"age.{unit}", language, count=seconds // size)
    return TEXTS("age.now", language)


def language_now(chosen: str, language: Language) -> Message:
    """The sentence that confirms a typed language; ``chosen`` is a language or ``auto``."""
    said = TEXTS(f"language_now.{chosen}", language)
    return Message(said, [rich(line(said))])
