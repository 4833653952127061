"""While Slack is away: an answer waits, durably, and goes out when Slack is back; what was not begun yet is begun then."""

import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.blocks.kit import Message
from bot.blocks.shortcut import aside
from bot.delivery import AwayError, NotPostedError, Unsent
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services
from bot.store.inbox import Command

MOST_TRIES: Final = 90
"""With growing pauses of 4 seconds to 15 minutes, about a day."""

_FIRST_S: Final = 4.0
_LONGEST_PAUSE_S: Final = 900.0


def put_off(command: Command, ask: Ask, away: AwayError, now: datetime) -> Command | None:
    """A command as it is to be run again: with what could not be sent, or whole where nothing was sent yet.

    Pauses grow, and are no shorter than Slack wants. None when it has waited for a day.
    """
    if ask.tries >= MOST_TRIES:
        return None
    kept = replace(ask, tries=ask.tries + 1, reference="")
    if away.unsent is not None:
        earlier = isinstance(ask.arguments, Unsent) and ask.arguments.lost
        unsent = replace(away.unsent, lost=away.unsent.lost or earlier)
        kept = replace(kept, name=Name.DELIVER, text="", arguments=unsent)
    # By the command's own id, so that what waits together does not come back in one second.
    spread = 1 + zlib.crc32(command.id.encode()) % 100 / 250
    pause = min(max(_FIRST_S * 2**ask.tries, away.retry_after), _LONGEST_PAUSE_S) * spread
    return replace(command, name=kept.name, payload=kept.as_payload(), due_at=now + timedelta(seconds=pause), sent=False)


def deliver(services: Services, ask: Ask) -> Message | None:
    """Send what could not be sent: the view where its modal is open, else the message, which says if it may be a second."""
    unsent = ask.given(Unsent)
    if unsent.view is not None:
        try:
            if services.modals.update(unsent.view, view_id=unsent.view_id, external_id=unsent.external_id):
                return None
        except NotPostedError:
            pass
        except AwayError as away:
            away.unsent = replace(unsent, lost=unsent.lost or away.lost)
            raise
    if unsent.target is None:
        return None
    said = Message(unsent.text, unsent.blocks)
    if unsent.view is not None:
        said = aside(said, "closed", ask.language)
    elif unsent.lost and not services.delivery.repeated:
        said = aside(said, "again", ask.language)
    try:
        services.delivery.privately(said, unsent.target, replace_original=unsent.replace_original)
    except AwayError as away:
        away.unsent = replace(unsent, view=None, lost=unsent.lost or away.lost)
        raise
    return None


HANDLERS: Final[dict[Name, Handler]] = {Name.DELIVER: deliver}
