"""DBOS as it is used here: what it may keep (ids and words), what it may log (no error texts), where it keeps it.

Its workflows carry what the inbox's rows cannot: a hand-over that outlives the process, a wait that holds no thread, a limit
on how many put-off commands run at once, and the word of an answer whose note the row did not get.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dbos import DBOS, DBOSConfig, Serializer, SetEnqueueOptions, SetWorkflowID, WorkflowStatusString
from dbos import error as dbos_errors
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.descriptors import at_most
from bot.store.errors import StoreUnavailableError
from bot.store.files import PAGES_KEPT, DatabaseFile, make_ready
from bot.store.retention import Forget

SCHEMA: Final = "requestlog_engine"
"""The schema of DBOS's tables on PostgreSQL; the store's own tables are in the connection's default schema."""

_CAN_GO: Final = "An SQLite file of the engine may be deleted: it is made anew from the store."
_FAILED: Final = "failed with"
_WORKFLOW: Final = "answer"
_LATER: Final = "later"
_PRUNE: Final = "prune"
_DAILY: Final = "17 19 * * *"
"""When what has served its time goes: at 19:17 UTC it is night in China."""
_LATER_AT_ONCE: Final = 16
"""How many put-off commands one replica runs at once: when Slack is back, not everything goes out in one second."""

_OVER: Final = [each.value for each in WorkflowStatusString if each.value not in {"DELAYED", "ENQUEUED"}]
_ENDED_BADLY: Final = {"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
_FORGOTTEN_AT_ONCE: Final = 500


class HandlerFailedError(Exception):
    """A handler raised; all that is kept of it is the name of the error's class."""


class WordsSerializer(Serializer):
    """Keeps ids and words as JSON. Of an error it keeps the class: its text may hold what a person wrote."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401 - DBOS's own signature
        """An input, an output or an error as text."""
        return json.dumps({_FAILED: type(data).__name__} if isinstance(data, BaseException) else data, default=str)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: ANN401, N805 - DBOS's own signature
        """What ``serialize`` was given; an error as HandlerFailedError."""
        kept = json.loads(serialized_data)
        return HandlerFailedError(kept[_FAILED]) if isinstance(kept, dict) and _FAILED in kept else kept

    def name(self) -> str:
        """The name that DBOS stores beside each value."""
        return "requestlog_words"


class _NotTwice(logging.Filter):
    """Drops the record of a failed workflow, which the engine logs by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "background workflow" not in str(record.msg)


def quieten() -> None:
    """Keep DBOS from writing to the console by itself; its warnings go the way of all other records."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(there, _NotTwice) for there in logger.filters):
        logger.addFilter(_NotTwice())
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


_KNOWS_SUBSECONDS: Final = (3, 42)


def engine_for(url: str) -> Engine:
    """A SQLAlchemy engine for DBOS's tables.

    The inbox alone answers for durability, and a workflow that a power cut forgets is handed over again from there: so
    nobody waits for the disk here, neither on SQLite nor on PostgreSQL.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=at_most(16),
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 2, "options": "-c synchronous_commit=off"},
        )
    make_ready(url)
    engine = create_engine(url, hide_parameters=True, pool_size=at_most(16), max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's hooks hand in whatever the driver has
        # The first three as DBOS sets them on an engine of its own making.
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size={PAGES_KEPT}")
        if sqlite3.sqlite_version_info < _KNOWS_SUBSECONDS:
            # From Python 3.12 on, DBOS takes for granted what SQLite knows since 3.42; distributions bring an older one.
            connection.create_function("unixepoch", 1, lambda _subsec: round(time.time(), 3))

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


@dataclass(frozen=True, slots=True)
class State:
    """A workflow that exists; ``word`` is what it ended with, if it has ended."""

    word: str | None


class Workflows:
    """The workflows of this process; one per process, because DBOS is.

    ``work`` takes a command's id and gives a word; ``prune`` runs once a day on one of the replicas, and on a later start where
    none of them lived; it is given ``forget``.
    """

    def __init__(
        self, url: str, *, replica: str, threads: int, work: Callable[[str], str], prune: Callable[[Forget], None]
    ) -> None:
        self._url = url
        self._replica = replica
        self._threads = threads
        self._work = work
        self._prune = prune
        self._launched = False

    def start(self) -> None:
        """Open DBOS's tables and take up what an earlier process of this replica left undone.

        Raises StoreUnavailableError when the tables cannot be used.
        """
        quieten()
        self._tables = engine_for(self._url)
        DBOS(config=configuration(self._url, self._tables, replica=self._replica, threads=self._threads))

        @DBOS.workflow(name=_WORKFLOW)
        def answer(command_id: str) -> str:
            return self._work(command_id)

        @DBOS.workflow(name=_PRUNE)
        def prune(_due: datetime, _context: object) -> None:
            self._prune(self.forget)

        self._answer = answer
        try:
            with _refusals():
                DBOS.launch()
                self._later = DBOS.register_queue(_LATER, worker_concurrency=_LATER_AT_ONCE, on_conflict="always_update")
                DBOS.apply_schedules(
                    [{"schedule_name": _PRUNE, "workflow_fn": prune, "schedule": _DAILY, "automatic_backfill": True}]
                )
        except StoreUnavailableError:
            DBOS.destroy(destroy_registry=True)
            self._tables.dispose()
            raise
        self.file = DatabaseFile(self._url)
        self._launched = True

    def renew(self) -> bool:
        """Make the tables anew where their file was removed; True where that was done. Raises StoreUnavailableError."""
        if self._launched and (self.file.path is None or not self.file.gone):
            if self.file.trouble:
                message = f"The engine's file {self.file.trouble}. {_CAN_GO}"
                raise StoreUnavailableError(message)
            return False
        self.stop()
        for rest in ("-wal", "-shm"):
            Path(f"{self.file.path}{rest}").unlink(missing_ok=True)
        self.start()
        return True

    def begin(self, workflow_id: str, command_id: str, delay_s: float = 0.0) -> None:
        """Run a command now or after a delay; where the workflow exists already, nothing happens.

        Raises StoreUnavailableError when DBOS cannot note it.
        """
        with _refusals(), SetWorkflowID(workflow_id):
            if delay_s <= 0:
                DBOS.start_workflow(self._answer, command_id)
                return
            with SetEnqueueOptions(delay_seconds=delay_s):
                self._later.enqueue(self._answer, command_id)

    def state(self, command_id: str, due_at: datetime | None) -> State | None:
        """How a command's workflow stands; None where there is none. Raises StoreUnavailableError."""
        with _refusals():
            found = DBOS.list_workflows(workflow_ids=[name_of(command_id, due_at)], load_input=False)
        if not found:
            return None
        if found[0].status in _ENDED_BADLY:
            return State(f"failed: {found[0].status}")
        return State(str(found[0].output) if found[0].status == WorkflowStatusString.SUCCESS.value else None)

    def forget(self, before: datetime, pause: Callable[[], object] = lambda: None) -> int:
        """Forget workflows that began before then and do not wait, some at a time, and give their space back; how many.

        ``pause`` is called in between. Raises StoreUnavailableError.
        """
        count = 0
        with _refusals():
            while known := DBOS.list_workflows(
                end_time=before.isoformat(), status=_OVER, limit=_FORGOTTEN_AT_ONCE, load_input=False, load_output=False
            ):
                DBOS.delete_workflows([each.workflow_id for each in known])
                count += len(known)
                pause()
        self.file.shrink(pause)
        return count

    def stop(self) -> None:
        """Close DBOS; what is unfinished is recovered at the next start."""
        if self._launched:
            self._launched = False
            DBOS.destroy(destroy_registry=True)
            self._tables.dispose()


def name_of(command_id: str, due_at: datetime | None) -> str:
    """The id of a command's workflow: another one each time that it is put off."""
    return command_id if due_at is None else f"{command_id}:{due_at.timestamp():.3f}"


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, dbos_errors.DBOSException) as error:
        message = f"The engine's tables cannot be used: {type(error).__name__}. {_CAN_GO}"
        raise StoreUnavailableError(message) from None
