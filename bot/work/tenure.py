"""One process at a time answers under a replica's name: it takes the name, says that it lives, and gives the name back."""

import time
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from bot.store.errors import NameTakenError, StoreUnavailableError
from bot.store.inbox import Inbox
from bot.store.locks import Lock

_LOG: Final = structlog.get_logger("bot.work")
_PAUSE_S: Final = 0.2
LEASES: Final = {
    "commands_taken_over": "Commands of replicas that fell silent, taken over by this one",
    "claims_lost": "Answers that were not sent, for another replica or process has the command",
}
"""What happens between replicas, by the metrics that count it."""


class Tenure:
    """This process's hold on a replica's name. ``ours`` is whether it has it now, as far as it knows."""

    def __init__(self, name: str, lock: Lock, inbox: Inbox, patience: timedelta) -> None:
        self.ours = False
        self._name = name
        self._lock = lock
        self._inbox = inbox
        self._patience = patience

    def begin(self) -> None:
        """Take the name, once a process that has it has ended.

        Raises:
            NameTakenError: that process did not end in time.
            StoreUnavailableError: the store cannot be used.
        """
        deadline = time.monotonic() + self._patience.total_seconds()
        waited = False
        while not self._lock.take():
            if time.monotonic() >= deadline:
                message = (
                    f"Another process runs under the name {self._name}. Stop it, or give this one a REQUESTLOG_REPLICA of its "
                    "own."
                )
                raise NameTakenError(message)
            if not waited:
                _LOG.warning("waits_for_its_name", replica=self._name)
            waited = True
            time.sleep(_PAUSE_S)
        self._inbox.enter()
        self.ours = True

    def keep(self) -> bool:
        """Say that this process lives; False while the name is not its own. Raises StoreUnavailableError."""
        had, self.ours = self.ours, self._lock.take()
        if self.ours and not self._inbox.beat():
            # Somebody had the name while the lock was lost, and has ended since.
            self._inbox.enter()
        if had and not self.ours:
            _LOG.error("name_lost", replica=self._name, meaning="The store is away, or another process has this name.")
        return self.ours

    def end(self) -> None:
        """Give the name back; others take at once what is left undone."""
        self.ours = False
        with suppress(StoreUnavailableError):
            self._inbox.leave()
        self._lock.release()
