"""Phrases that several messages share: ages, rungs, sources."""

from datetime import timedelta

from bot.blocks.kit import SHARED, Message, one_line
from bot.languages import Language, mark
from bot.outcomes import Rung


def ladder(rungs: tuple[Rung, ...], language: Language) -> str:
    """The rungs that were tried, in one line."""
    said = [
        SHARED(
            "ladder.step" if rung.viewed_as else "ladder.step_text",
            language,
            rung=SHARED(f"rung.{rung.rung}", language),
            name=rung.viewed_as,
            result=SHARED(f"result.{_result(rung)}", language),
        )
        for rung in rungs
    ]
    return SHARED("ladder.tried", language, steps=mark("；", language).join(said))


def _result(rung: Rung) -> str:
    """GetRequestLog answers "not found" to who lacks the right, too."""
    return "not_found_account" if (rung.rung, rung.result) == ("account", "not_found") else rung.result


def age(passed: timedelta, language: Language) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(int(passed.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size * 2 or (unit == "minutes" and seconds >= size):
            return SHARED(f"age.{unit}", language, count=seconds // size)
    return SHARED("age.now", language)


def language_now(chosen: str, language: Language) -> Message:
    """The sentence that confirms a typed language; ``chosen`` is a language or ``auto``."""
    return one_line(SHARED(f"language_now.{chosen}", language))
