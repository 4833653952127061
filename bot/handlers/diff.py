"""The sub-command diff: two requests, both looked up as the asker, compared line by line."""

from typing import Final

from bot.blocks.diff import bad_diff, diff_message
from bot.blocks.kit import Message
from bot.handlers.ask import Ask, Name
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


HANDLERS: Final[dict[Name, Handler]] = {Name.DIFF: compare}
