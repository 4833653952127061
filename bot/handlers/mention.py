"""An app mention: answered privately in its thread, where slash commands do not work."""

from typing import Final

from bot.blocks.help import help_message
from bot.blocks.kit import Message
from bot.blocks.shortcut import aside, without_ids
from bot.delivery import NotPostedError, Target
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.requestlog import answer
from bot.handlers.services import Handler, Services
from bot.languages import Language
from bot.requestids import extract


def mentioned(services: Services, ask: Ask) -> None:
    """Answer the person alone, in the thread: what stands in the mention itself, for the bot may not read the rest."""
    language = services.language(ask.person)
    said = _said(services, ask, language)
    place = {"thread_ts": ask.origin.thread_ts} if ask.origin.thread_ts else {}
    whole = said.as_json() | {"channel": ask.origin.channel, "user": ask.person.user, "parse": "none"}
    try:
        services.delivery.call("chat.postEphemeral", **whole, **place)
    except NotPostedError as error:
        services.delivery.privately(aside(said, error.reason, language), Target(ask.person.user))


def _said(services: Services, ask: Ask, language: Language) -> Message:
    found = extract(ask.text)
    if found.explainable:
        return answer(services, ask, language)
    if ask.origin.thread_ts:
        return without_ids("thread", language)
    return answer(services, ask, language) if ask.text.strip() else help_message(language)


HANDLERS: Final[dict[Name, Handler]] = {Name.MENTION: mentioned}
