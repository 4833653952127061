"""Slack says that somebody left, or that the app was taken away: what is kept of them goes, the audit apart."""

from typing import Final

from bot.delivery import AwayError, Delivery, NotPostedError
from bot.handlers.ask import Ask, Name
from bot.handlers.services import Handler, Services
from bot.store.chain import Entry
from bot.store.errors import StoreUnavailableError

_DEAD: Final = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})


def left(services: Services, ask: Ask) -> None:
    """Forget the person, or everybody where the ask names a workspace alone.

    Raises AwayError while the store refuses, or Slack does not tell whether the app is gone: then it is tried again.
    """
    person = ask.person
    if not person.user and _is_installed(services.delivery):
        return

    def told(rows: int) -> Entry:
        action, subject = ("purge", person.user) if person.user else ("uninstall", person.team)
        return Entry(action, subject, command=ask.command, result="forgotten", detail={"rows": rows})

    try:
        services.retention.forget(person.user or None, told)
    except StoreUnavailableError:
        raise AwayError("store") from None


def _is_installed(delivery: Delivery) -> bool:
    """Whether the bot's token still works: an event that comes late must not undo what was installed again."""
    try:
        delivery.call("auth.test")
    except NotPostedError as error:
        if error.reason in _DEAD:
            return False
        raise AwayError(error.reason) from None
    return True


HANDLERS: Final[dict[Name, Handler]] = {Name.LEFT: left}
