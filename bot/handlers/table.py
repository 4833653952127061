"""Every handler under its name: the modules' own tables, joined."""

from typing import Final

from bot.handlers import (
    card,
    code,
    decode,
    diff,
    doctor,
    feedback,
    handoff,
    help,  # noqa: A004 - named as the sub-command
    home,
    link,
    mention,
    requestlog,
    settings,
    share,
    shortcut,
    ticket,
    whoami,
)
from bot.handlers.names import Name
from bot.handlers.services import Handler

MODULES: Final = (
    card, code, decode, diff, doctor, feedback, handoff, help, home, link, mention, requestlog, settings, share, shortcut,
    ticket, whoami,
)  # fmt: skip

HANDLERS: Final[dict[Name, Handler]] = {name: handler for module in MODULES for name, handler in module.HANDLERS.items()}
