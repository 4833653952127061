"""What is told of an identities file that changed: a row in the audit, and to the administrators where it cannot be used."""

from collections import deque
from typing import Final

import structlog

from bot.blocks.account import identities_refused
from bot.delivery import Delivery, NotPostedError, UndeliverableError, body
from bot.settings import Settings
from bot.store.audit import Audit
from bot.store.chain import Entry

_LOG: Final = structlog.get_logger("bot.app")


class Reloads:
    """Keeps what is to be told until it is: a look-up that found the file changed waits neither for the store nor for Slack."""

    def __init__(self, settings: Settings, audit: Audit, delivery: Delivery) -> None:
        self._settings = settings
        self._audit = audit
        self._delivery = delivery
        self._untold: deque[list[str]] = deque()

    def note(self, faults: list[str]) -> None:
        """A new version was taken over, or was not, with what is wrong with it."""
        self._untold.append(faults)

    def tell(self) -> None:
        """Record and post what was noted. Raises StoreUnavailableError; then it is told the next time."""
        while self._untold:
            faults = self._untold[0]
            result = "refused" if faults else "taken"
            self._audit.record(Entry("identities.reloaded", result=result, detail={"faults": len(faults)}))
            self._untold.popleft()
            admins = self._settings.requestlog_admin_channel
            if not faults or admins is None:
                continue
            said = identities_refused(len(faults), self._settings.requestlog_lang)
            try:
                self._delivery.call("chat.postMessage", channel=admins, **body(said))
            except (NotPostedError, UndeliverableError) as error:
                _LOG.warning("administrators_not_told", reason=error.reason)
