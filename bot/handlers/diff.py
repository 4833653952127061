"""Comparing, with both sides looked up as the asker: two requests line by line, and two summaries of an incident."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.blocks.compare import comparison
from bot.blocks.diff import bad_diff, diff_message
from bot.blocks.kit import Message
from bot.handlers.ask import Ask, Earlier, Name
from bot.handlers.requestlog import outcomes
from bot.handlers.services import Handler, Services
from bot.requestids import extract

BOTH: Final = 2


def compare(services: Services, ask: Ask) -> Message:
    """The comparison of the two RequestIds in the text, or what is wrong with it."""
    extraction = extract(ask.text)
    ids = extraction.request_ids
    if len(ids) != BOTH:
        same = len(ids) == 1 and ask.text.upper().count(ids[0]) > 1
        reason = "many" if len(ids) > BOTH else "none" if not ids else "same" if same else "one"
        return bad_diff(reason, ask.language, len(ids))
    one, other = outcomes(services, ask, extraction)
    return diff_message(one, other, ask.language, now=services.clock())


def compare_summaries(services: Services, ask: Ask) -> Message:
    """The button under a later summary: what is new in it, what grew and what is gone, by the rights of whoever clicks now."""
    earlier = ask.given(Earlier)
    before, now = (outcomes(services, replace(ask, text=ids), extract(ids)) for ids in (earlier.ids, ask.text))
    return comparison(before, now, datetime.fromtimestamp(earlier.at, UTC), ask.language)


HANDLERS: Final[dict[Name, Handler]] = {Name.DIFF: compare, Name.COMPARE: compare_summaries}
