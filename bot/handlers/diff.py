"""The sub-command diff: two requests, both looked up as the asker, compared line by line."""

from typing import Final

from bot.blocks.diff import bad_diff, diff_message
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.requestlog import outcomes
from bot.handlers.services import Handler, Services
from bot.lookup.plan import plan
from bot.requestids import extract

BOTH: Final = 2


def compare(services: Services, ask: Ask) -> None:
    """The comparison of the two RequestIds in the text, or what is wrong with it."""
    language = services.language(ask.person)
    extraction = extract(ask.text)
    ids = extraction.request_ids
    if len(ids) != BOTH:
        reason = "many" if len(ids) > BOTH else "none" if not ids else _one_or_same(ask.text, ids[0])
        services.tell(ask, bad_diff(reason, language, len(ids)))
        return
    one, other = outcomes(services, ask, extraction, plan(extraction), language)
    services.tell(ask, diff_message(one, other, language, now=services.clock()))


def _one_or_same(text: str, request_id: str) -> str:
    return "same" if text.upper().count(request_id) > 1 else "one"


HANDLERS: Final[dict[Name, Handler]] = {Name.DIFF: compare}
