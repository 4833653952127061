"""Opinions on explanations, counted by catalogue entry: which entries help, and which want mending."""

from typing import Final, Literal

from bot.blocks.feedback import answer
from bot.blocks.kit import Message
from bot.handlers.ask import Ask, Name, Opinion
from bot.handlers.services import Handler, Services
from bot.store.errors import StoreUnavailableError


def count(services: Services, ask: Ask) -> Message:
    """Count an opinion once a person, entry and day, the latest one, and say thanks. The text is the entry's reference."""
    said: Literal["new", "changed", "same", "lost"]
    try:
        said = services.opinions.save_once(ask.text, ask.person, helpful=ask.given(Opinion).helpful, now=services.clock())
    except StoreUnavailableError:
        said = "lost"
    return answer(said, ask.language)


HANDLERS: Final[dict[Name, Handler]] = {Name.FEEDBACK: count}
