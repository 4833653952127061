"""The durable engine: accept a command, run its handler once, note how it ended.

The straight line of a command: its row is in the inbox → it is acknowledged → a DBOS workflow starts under the same id →
the handler answers → the row says how. DBOS brings back, after a kill, what was running; the row decides whether there is
still something to do. So the only moment that can answer twice is the one between Slack's receipt and the row's note.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final

import structlog
from dbos import DBOS, SetWorkflowID, WorkflowStatusString
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import Database
from bot.store.errors import StoreUnavailableError, WrongKeyError
from bot.store.inbox import Command, Inbox
from bot.store.sealing import Keyring
from bot.work import durability

_LOG: Final = structlog.get_logger("bot.work")
_WORKFLOW: Final = "answer"
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
_ENDED_BADLY: Final = {
    WorkflowStatusString.ERROR.value,
    WorkflowStatusString.CANCELLED.value,
    WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED.value,
}


class Engine:
    """Runs the handlers of accepted commands; one per process, because DBOS is.

    ``run`` takes a Command, answers it by itself and returns a word: ``delivered``, ``undeliverable: <reason>`` or ``failed:
    <reason>``. It does not raise; if it does, the command is noted as failed and is not run again.
    """

    def __init__(
        self,
        *,
        database: Database,
        engine_database_url: str,
        keyring: Keyring,
        replica: str,
        run: Callable[[Command], str],
        limit: int = 1000,
        threads: int = 128,
        beat: timedelta = timedelta(seconds=15),
        abandoned_after: timedelta = timedelta(seconds=60),
    ) -> None:
        """Put the parts together; nothing runs before ``start``.

        Args:
            database: the store.
            engine_database_url: where DBOS keeps its tables, see ``durability.engine_url``.
            keyring: seals the commands' payloads.
            replica: a name that this process keeps over restarts and that no other living one has.
            run: answers a command.
            limit: how many accepted commands may wait for an answer.
            threads: how many handlers run at once.
            beat: how often this replica says that it lives, and looks after what was left undone.
            abandoned_after: how long a replica is silent before others take its commands.
        """
        self._url = engine_database_url
        self._replica = replica
        self._run = run
        self._threads = threads
        self._beat = beat
        self._abandoned_after = abandoned_after
        self._inbox = Inbox(database, keyring, replica=replica, limit=limit)
        self._database = database
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="work-starter")
        self._caretaker = threading.Thread(target=self._take_care, name="work-caretaker", daemon=True)
        self._stopping = threading.Event()
        self._launched = False
        self._in_hand: set[str] = set()
        self._changed = threading.Condition()
        self._unnoted: dict[str, str] = {}

    def start(self) -> None:
        """Open DBOS's tables, take up what an earlier process left undone, and be ready.

        Raises:
            StoreUnavailableError: the store or DBOS's tables cannot be used.
        """
        durability.quieten()
        self._inbox.beat(datetime.now(UTC))
        self._tables = durability.engine_for(self._url)
        DBOS(config=durability.configuration(self._url, self._tables, replica=self._replica, threads=self._threads))

        @DBOS.workflow(name=_WORKFLOW)
        def answer(command_id: str) -> str:
            return self._answer(command_id)

        self._workflow = answer
        try:
            DBOS.launch()
        except (SQLAlchemyError, dbos_errors.DBOSException) as error:
            DBOS.destroy(destroy_registry=True)
            message = f"The engine's tables cannot be used: {type(error).__name__}."
            raise StoreUnavailableError(message) from None
        self._launched = True
        self._hand_over_strays()
        self._caretaker.start()

    def accept(self, command: Command) -> bool:
        """Store a command and see to it that it is answered; True once it is durable, False when it was accepted before.

        Raises:
            InboxFullError: too many wait already.
            StoreUnavailableError: the store cannot take it, or this process is stopping.
        """
        if not self._launched or self._stopping.is_set():
            message = "This process takes no commands now."
            raise StoreUnavailableError(message)
        if not self._inbox.accept(command):
            return False
        self._hand_over(command.id)
        return True

    def ready(self) -> bool:
        """Whether a command could be taken durably now."""
        return self._launched and not self._stopping.is_set() and self._database.healthy

    @property
    def waiting(self) -> int:
        """How many accepted commands have no answer yet."""
        return self._inbox.waiting

    def stop(self, timeout: float = 15.0) -> bool:
        """Take no more commands, let running ones finish, and close DBOS; True when none was left.

        What does not finish in time is recovered at the next start. Its handler may still be running, in a thread that the
        interpreter waits for: leave the store open then, or its answer cannot be noted and the next start answers again.

        Args:
            timeout: seconds to wait for running commands.
        """
        self._stopping.set()
        deadline = time.monotonic() + timeout
        with self._changed:
            finished = self._changed.wait_for(lambda: not self._in_hand, timeout)
        self._starter.shutdown(wait=False, cancel_futures=True)
        if self._launched:
            self._launched = False
            self._caretaker.join(max(1.0, deadline - time.monotonic()))
            DBOS.destroy(destroy_registry=True)
            self._tables.dispose()
        return finished

    def note(self, command_id: str, word: str) -> None:
        """Write down how a command ended. A note that the store does not take now is kept and written later."""
        result, _, reason = word.partition(": ")
        try:
            self._inbox.finish(command_id, result, reason)
        except StoreUnavailableError as error:
            self._unnoted[command_id] = word
            _LOG.error("note_postponed", command=command_id, result=result, error=str(error))
        else:
            self._unnoted.pop(command_id, None)

    def _answer(self, command_id: str) -> str:
        """The workflow. It needs no step: the inbox row is its memory, and a step would cost 1.5 ms more of CPU."""
        with self._held(command_id), _FailureNote(self, command_id):
            command = self._found(command_id)
            if command is None:
                return "answered before"
            word = self._run(command)
            self.note(command_id, word)
            return word

    def _found(self, command_id: str) -> Command | None:
        """The command, however long the store is away; it was accepted, so it is answered when the store is back."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._inbox.find(command_id)
            except WrongKeyError:
                _LOG.warning("left_to_others", command=command_id, meaning="It was sealed with a key that is not here.")
                raise _LeftForNextStart from None
            except StoreUnavailableError:
                if self._stopping.wait(pause):
                    raise _LeftForNextStart from None
                pause = min(pause * 2, _LONGEST_PAUSE)

    @contextmanager
    def _held(self, command_id: str) -> Iterator[None]:
        with self._changed:
            self._in_hand.add(command_id)
        try:
            yield
        finally:
            self._release(command_id)

    def _release(self, command_id: str) -> None:
        with self._changed:
            self._in_hand.discard(command_id)
            self._changed.notify_all()

    def _hand_over(self, command_id: str) -> None:
        with self._changed:
            self._in_hand.add(command_id)
        self._starter.submit(self._start_workflow, command_id)

    def _start_workflow(self, command_id: str) -> None:
        """Start the workflow of a row; where one exists already, DBOS only looks it up."""
        try:
            with SetWorkflowID(command_id):
                DBOS.start_workflow(self._workflow, command_id)
        except (SQLAlchemyError, dbos_errors.DBOSException) as error:
            # The row is safe: the caretaker hands it over again.
            _LOG.warning("hand_over_postponed", command=command_id, error=type(error).__name__)
            self._release(command_id)

    def _hand_over_strays(self) -> None:
        """Hand over rows that nobody works on: accepted before a kill, or left by a workflow that could not end well."""
        with self._changed:
            strays = [command_id for command_id in self._inbox.unanswered() if command_id not in self._in_hand]
        for command_id in strays:
            status = DBOS.get_workflow_status(command_id)
            if status is None:
                self._hand_over(command_id)
            elif status.status == WorkflowStatusString.SUCCESS.value:
                # The answer went out, its note did not reach the row.
                self.note(command_id, str(status.output))
            elif status.status in _ENDED_BADLY:
                self.note(command_id, f"failed: {status.status}")

    def _take_care(self) -> None:
        while not self._stopping.wait(self._beat.total_seconds()):
            now = datetime.now(UTC)
            try:
                self._inbox.beat(now)
                for command_id, word in list(self._unnoted.items()):
                    self.note(command_id, word)
                self._take_over(now)
                self._hand_over_strays()
                self._forget(now)
            except (StoreUnavailableError, SQLAlchemyError, dbos_errors.DBOSException) as error:
                _LOG.warning("care_postponed", error=type(error).__name__)

    def _take_over(self, now: datetime) -> None:
        """Take the commands of silent replicas; those that were running there are put back into DBOS's queue."""
        for command_id in self._inbox.take_over(now - self._abandoned_after):
            _LOG.warning("taken_over", command=command_id)
            if DBOS.get_workflow_status(command_id) is not None:
                DBOS.resume_workflow(command_id)
        if foreign := self._inbox.foreign(now - self._abandoned_after):
            _LOG.warning("left_to_others", commands=foreign, meaning="They were sealed with a key that is not here.")

    def _forget(self, now: datetime) -> None:
        outlived = self._inbox.outlived(now)
        if outlived:
            DBOS.delete_workflows(outlived)
            self._inbox.delete(outlived)


class _FailureNote:
    """Notes a handler that raised, by the class of its error alone; DBOS, which it goes on to, ends the workflow with it."""

    def __init__(self, engine: Engine, command_id: str) -> None:
        self._engine = engine
        self._command_id = command_id

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None and issubclass(kind, Exception):
            _LOG.error("handler_failed", command=self._command_id, error=kind.__name__)
            self._engine.note(self._command_id, f"failed: {kind.__name__}")


class _LeftForNextStart(BaseException):
    """Leaves a workflow unfinished on purpose while the process stops, so that the next start recovers it.

    A BaseException, because DBOS takes every Exception for the workflow's end.
    """
