"""Which canvas holds the post-mortem of a channel, so that later summaries extend it."""

from typing import Final

from sqlalchemy import bindparam, select

from bot.store.database import Database
from bot.store.tables import CANVASES, insert_or_replace

_ONE: Final = select(CANVASES.c.canvas).where(CANVASES.c.channel == bindparam("where"))


class CanvasStore:
    """The ids of canvases by the channel's, both Slack's own. Raises StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, channel: str) -> str | None:
        """The canvas of a channel, if one was made."""
        return self._database.read(lambda connection: connection.scalar(_ONE, {"where": channel}))

    def save(self, channel: str, canvas: str) -> None:
        """Remember a canvas, in place of one that is gone."""
        row = {"channel": channel, "canvas": canvas}
        self._database.write(lambda connection: insert_or_replace(connection, CANVASES, row))
