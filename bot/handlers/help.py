"""The sub-command help."""

from typing import Final

from bot.blocks.help import help_message
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services


def answer_help(services: Services, ask: Ask) -> None:
    """What the bot can do."""
    services.tell(ask, help_message(services.language(ask.person)))


HANDLERS: Final[dict[Name, Handler]] = {Name.HELP: answer_help}
