"""The memory of signed requests: each is let in once, on whichever replica it arrives."""

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog
from cachetools import TTLCache
from sqlalchemy import Connection, bindparam, delete

from bot.store.database import Database
from bot.store.errors import StoreUnavailableError
from bot.store.tables import REPLAYS, insert_if_new, stamp

KEPT_FOR: Final = timedelta(minutes=10)
"""Longer than a signature lives: its timestamp may lie 5 minutes before or after our clock."""

_PRUNED_EVERY: Final = timedelta(minutes=1)
_OUTLIVED: Final = delete(REPLAYS).where(REPLAYS.c.seen_at < bindparam("before"))
_LOG: Final = structlog.get_logger("bot.store")


class Replays:
    """Tells a request's first arrival from its replays, by the signature.

    Why the signature and not the command's id (trigger_id, event_id): the signature covers timestamp and every byte of the
    body, so nobody without the secret can alter a captured request into one that we have not seen, and it stands on every
    kind of request, also on those without a trigger (view_closed, url_verification, options). What it cannot catch is
    Slack's own redelivery of an event, signed anew: that one falls away at the inbox, whose primary key is the command's id.
    Together they catch both, and each alone would miss one.
    """

    def __init__(self, database: Database, *, at_most: int = 100_000) -> None:
        """Remember in the database for all replicas, and the latest ``at_most`` in memory besides."""
        self._database = database
        self._here: TTLCache[str, bool] = TTLCache(at_most, KEPT_FOR.total_seconds())
        self._lock = threading.Lock()
        self._pruned: datetime | None = None

    def claim(self, signature: str, now: datetime) -> bool:
        """True for the first request with this (verified) signature, False for every later one.

        Without the database only this process's memory speaks: then nothing that lasts can be done anyway, because commands
        are not accepted either, and what is left (opening a modal) works once by Slack's own rule.
        """
        with self._lock:
            if signature in self._here:
                return False
            self._here[signature] = True
            prune = self._pruned is None or now - self._pruned > _PRUNED_EVERY
            if prune:
                self._pruned = now

        def work(connection: Connection) -> bool:
            if prune:
                connection.execute(_OUTLIVED, {"before": stamp(now - KEPT_FOR)})
            return insert_if_new(connection, REPLAYS, {"signature": signature, "seen_at": stamp(now)})

        try:
            return self._database.write(work)
        except StoreUnavailableError:
            _LOG.warning("replays_remembered_here_only")
            return True
