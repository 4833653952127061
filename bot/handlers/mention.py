"""Ways in without a modal: an app mention, a reaction to a message, a pasted link; answered privately, in the thread if any."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.blocks.help import help_message
from bot.blocks.kit import Message
from bot.blocks.shortcut import explain_privately, without_ids
from bot.delivery import NotPostedError
from bot.explain.tripwire import defuse
from bot.handlers.ask import Ask, Lacking, Name
from bot.handlers.gathering import gather
from bot.handlers.requestlog import answer
from bot.handlers.services import Handler, Services
from bot.requestids import extract


def mentioned(services: Services, ask: Ask) -> Message:
    """What stands in the mention itself, explained: the bot may not read the rest of the thread."""
    if ask.origin.thread_ts and not extract(ask.text).explainable:
        return without_ids("thread", ask.language)
    return answer(services, ask) if ask.text.strip() else help_message(ask.language)


def reacted(services: Services, ask: Ask) -> Message | None:
    """The message that was reacted to, explained; reactions.get gives it whole, with no right to read what else was said.

    A private answer in a thread is seen only where there is a thread already, so only a reply is answered in its own.
    """
    if ask.given(Lacking).reason:
        return without_ids(ask.given(Lacking).reason or "", ask.language)
    try:
        answered = services.delivery.call("reactions.get", channel=ask.origin.channel, timestamp=ask.origin.message_ts)
    except NotPostedError as error:
        return without_ids("deleted" if error.reason == "message_not_found" else "unreadable", ask.language)
    message = answered.get("message")
    gathered, thread = gather(message), message.get("thread_ts") if isinstance(message, dict) else None
    text = defuse(gathered.text)
    place = replace(ask.origin, thread_ts=thread if thread != ask.origin.message_ts else None)
    ask = replace(ask, text=text.text, keys=tuple(sorted(text.kinds)), origin=place)
    explainable = extract(ask.text).explainable
    services.tell(ask, answer(services, ask) if explainable else without_ids(gathered.lacking or "no_ids", ask.language))
    if ask.keys:
        services.warn(ask)
    return None


def offered(services: Services, ask: Ask) -> None:
    """A button under each pasted troubleshoot link with a RequestId. Nothing is looked up: everybody sees what stands there."""
    ids = {url: extract(url).request_ids for url in ask.text.split("\n")}
    language = services.settings.requestlog_lang
    unfurls = {url: {"blocks": explain_privately(known[0], language)} for url, known in ids.items() if known}
    if unfurls:
        with suppress(NotPostedError):  # nobody asked, so nobody is told
            services.delivery.call("chat.unfurl", channel=ask.origin.channel, ts=ask.origin.message_ts, unfurls=unfurls)


HANDLERS: Final[dict[Name, Handler]] = {
    Name.MENTION: mentioned,
    Name.REACTION: reacted,
    Name.LINKS_SHARED: offered,
    Name.EXPLAIN_LINK: answer,
}
