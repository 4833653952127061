"""Bringing the tables up to date at start-up, safely when several replicas start together."""

import sqlite3
import time
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.pool import NullPool

from bot.store.errors import NewerDatabaseError
from bot.store.tables import METADATA, REVISION, REVISIONS

# Any number will do, as long as every replica takes the same one: "request" in ASCII.
_LOCK: Final = 0x72657175657374

_PATIENCE: Final = 200
_PAUSE_S: Final = 0.05

# Alembic's own bookkeeping table.
_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def migrate(url: str) -> None:
    """Run the steps that this database has not seen, all in one transaction that shuts other replicas out.

    Raises:
        NewerDatabaseError: a newer version of this program was here.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be opened or changed.
    """
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if sqlite:

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout=30000")
            _keep_a_write_ahead_log(connection)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _bring_up_to_date(connection)


def _keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for its busy_timeout here: of replicas that start together all but one are told "locked" at once."""
    for _ in range(_PATIENCE):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(_PAUSE_S)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _bring_up_to_date(connection: Connection) -> None:
    """Nothing for a database of today's form, all tables at once for a new one, Alembic's steps for an older one.

    Alembic takes 10 MB of memory, so it is loaded only where there is a step to go; a test holds the two ways together.
    """
    if not inspect(connection).has_table(_VERSION.name):
        METADATA.create_all(connection)
        _VERSION.create(connection)
        connection.execute(insert(_VERSION).values(version_num=REVISION))
        return
    found = connection.execute(select(_VERSION.c.version_num)).scalar()
    if found not in REVISIONS:
        message = (
            f"A newer version of requestlog made this database (step {found}; this version knows {REVISION}). "
            "Install that version again, or restore the copy of the database from before the update."
        )
        raise NewerDatabaseError(message)
    if found != REVISION:
        from bot.store.upgrade import upgrade  # noqa: PLC0415 - see above

        upgrade(connection)
