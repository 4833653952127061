"""Opinions on explanations, counted by catalogue entry: which entries help, and which want mending."""

from typing import Final, Literal

from bot.blocks.feedback import answer
from bot.handlers.ask import Ask, Opinion
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.store.errors import StoreUnavailableError


def count(services: Services, ask: Ask) -> None:
    """Count an opinion once a person, entry and day, the latest one, and say thanks. The text is the entry's reference."""
    said: Literal["new", "changed", "same", "lost"]
    helpful = ask.given(Opinion).helpful
    try:
        said = services.opinions.save_once(ask.text, ask.person, helpful=helpful, now=services.clock())
    except StoreUnavailableError:
        said = "lost"
    services.tell(ask, answer(said, services.language(ask.person)))


HANDLERS: Final[dict[Name, Handler]] = {Name.FEEDBACK: count}
