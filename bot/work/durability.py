"""How DBOS is set up here: what it may keep (ids and words), what it may log (no error texts), where it keeps it."""

import json
import logging
from typing import Any, Final

from dbos import DBOSConfig, Serializer
from sqlalchemy import Engine, create_engine, event, make_url

from bot.store.database import make_private

SCHEMA: Final = "requestlog_engine"
"""The schema of DBOS's tables on PostgreSQL; the store's own tables are in the connection's default schema."""

_FAILED: Final = "failed with"


class HandlerFailedError(Exception):
    """A handler raised; all that is kept of it is the name of the error's class."""


class WordsSerializer(Serializer):
    """Keeps ids and words as JSON. Of an error it keeps the class: its text may hold what a person wrote."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401 - DBOS's own signature
        """An input, an output or an error as text."""
        return json.dumps({_FAILED: type(data).__name__} if isinstance(data, BaseException) else data)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: ANN401, N805 - DBOS's own signature
        """What ``serialize`` was given; an error as HandlerFailedError."""
        kept = json.loads(serialized_data)
        return HandlerFailedError(kept[_FAILED]) if isinstance(kept, dict) and _FAILED in kept else kept

    def name(self) -> str:
        """The name that DBOS stores beside each value."""
        return "requestlog_words"


class _NoErrorTexts(logging.Filter):
    """Drops tracebacks from DBOS's records, and the record of a failed workflow, which the engine logs by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            record.msg, record.args = f"{record.getMessage()} {record.exc_info[0].__name__}", None
            record.exc_info = record.exc_text = None
        return "background workflow" not in str(record.msg)


def quieten() -> None:
    """Keep DBOS from writing to the console by itself; its warnings go the way of all other records, without error texts."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(there, _NoErrorTexts) for there in logger.filters):
        logger.addFilter(_NoErrorTexts())
        # DBOS adds a handler of its own, and stops propagation, only when there is none.
        logger.addHandler(logging.NullHandler())


def configuration(url: str, engine: Engine, *, replica: str, threads: int) -> DBOSConfig:
    """DBOS's configuration for this bot.

    Args:
        url: where DBOS keeps its tables, in SQLAlchemy's form.
        engine: made of it by ``engine_for``.
        replica: a name that a restarted replica keeps; its unfinished workflows are recovered under it.
        threads: how many handlers may run at once.
    """
    return {
        "name": "requestlog",
        "system_database_url": url,
        "system_database_engine": engine,
        "dbos_system_schema": SCHEMA,
        "serializer": WordsSerializer(),
        "executor_id": replica,
        # DBOS hashes the source of workflows otherwise, and an upgraded bot would not recover what the old one left.
        "application_version": "1",
        "max_executor_threads": threads,
        "log_level": "WARNING",
        "enable_otlp": False,
        # Nothing here waits for a notification; listening would cost a connection and a wake-up every 10 ms.
        "use_listen_notify": False,
        "scheduler_polling_interval_sec": 3600.0,
    }


def engine_for(url: str) -> Engine:
    """A SQLAlchemy engine for DBOS's tables.

    The inbox alone answers for durability, and a workflow that a power cut forgets is handed over again from there: so
    nobody waits for the disk here, neither on SQLite nor on PostgreSQL.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=16,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 2, "options": "-c synchronous_commit=off"},
        )
    make_private(url)
    engine = create_engine(url, hide_parameters=True, pool_size=16, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's hooks hand in whatever the driver has
        # The first three as DBOS sets them on an engine of its own making.
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def engine_url(url: str) -> str:
    """Where DBOS keeps its tables for a store at ``url``.

    On SQLite a file of its own beside the store's (``requestlog.sqlite`` → ``requestlog-engine.sqlite``), so that its writes
    never hold up the inbox; on PostgreSQL the same database, in a schema of its own.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return url
    stem, dot, suffix = parsed.database.rpartition(".")
    path = f"{stem}-engine.{suffix}" if dot and "/" not in suffix else f"{parsed.database}-engine"
    return parsed.set(database=path).render_as_string(hide_password=False)
