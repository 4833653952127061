"""How a person gets an identity here, how it ends, and that nobody signs in from Slack."""

from typing import Final

from bot.blocks.account import link_message, login_message, unlink_message
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services


def link(services: Services, ask: Ask) -> None:
    """Tell a person how they are added, or that they are linked already."""
    services.tell(ask, link_message(ask.person, services.names_of(ask.person), services.language(ask.person)))


def unlink(services: Services, ask: Ask) -> None:
    """Tell a person who can remove their link, and what this bot keeps of them."""
    services.tell(ask, unlink_message(services.names_of(ask.person), services.language(ask.person)))


def login(services: Services, ask: Ask) -> None:
    """Tell a person that there is no signing in, and what they can do instead."""
    services.tell(ask, login_message(ask.person, services.names_of(ask.person), services.language(ask.person)))


HANDLERS: Final[dict[Name, Handler]] = {Name.LINK: link, Name.UNLINK: unlink, Name.LOGOUT: unlink, Name.LOGIN: login}
