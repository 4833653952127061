"""An app mention: answered privately in its thread, where slash commands do not work."""

from typing import Final

from bot.blocks.help import help_message
from bot.blocks.kit import Message
from bot.blocks.shortcut import without_ids
from bot.handlers.ask import Ask, Name
from bot.handlers.requestlog import answer
from bot.handlers.services import Handler, Services
from bot.requestids import extract


def mentioned(services: Services, ask: Ask) -> Message:
    """What stands in the mention itself, explained: the bot may not read the rest of the thread."""
    if ask.origin.thread_ts and not extract(ask.text).explainable:
        return without_ids("thread", ask.language)
    return answer(services, ask) if ask.text.strip() else help_message(ask.language)


HANDLERS: Final[dict[Name, Handler]] = {Name.MENTION: mentioned}
