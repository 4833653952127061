"""The sub-command diff: two requests, both looked up as the asker, side by side."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.blocks.diff import bad_diff, diff_message
from bot.blocks.kit import Message
from bot.handlers.ask import Ask
from bot.handlers.requestlog import RequestLogStory
from bot.languages import Language
from bot.lookup.plan import plan
from bot.requestids import extract

BOTH: Final = 2


class DiffStory:
    """Compares requests. ``main`` looks them up; ``clock`` gives aware times."""

    def __init__(self, main: RequestLogStory, clock: Callable[[], datetime]) -> None:
        self._main = main
        self._clock = clock

    def answer(self, ask: Ask, language: Language) -> Message:
        """The comparison of the two RequestIds in the text, or what is wrong with it."""
        extraction = extract(ask.text)
        ids = extraction.request_ids
        if len(ids) != BOTH:
            reason = "many" if len(ids) > BOTH else "none" if not ids else _one_or_same(ask.text, ids[0])
            return bad_diff(reason, language, len(ids))
        one, other = self._main.outcomes(ask, extraction, plan(extraction), language)
        return diff_message(one, other, language, now=self._clock())


def _one_or_same(text: str, request_id: str) -> str:
    return "same" if text.upper().count(request_id) > 1 else "one"
