"""The durable engine: accept a command, run its handler once, note how it ended.

The straight line of a command: its row is in the inbox → it is acknowledged → a DBOS workflow starts under the same id →
the handler answers → the row says how. The row decides whether there is still something to do, and whose: before anything is
sent, the row is claimed in one statement, so a replica that lost it sends nothing. The only moment that can answer twice is
the one between Slack's receipt and the row's note; a command that is run again after it says so (``Command.sent``).
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.descriptors import at_most
from bot.store.database import Database, Write
from bot.store.errors import StoreUnavailableError, WrongKeyError
from bot.store.inbox import Again, Claim, Command, Inbox
from bot.store.retention import LetGo
from bot.store.sealing import Keyring
from bot.traces import TRACES
from bot.work.durability import Workflows
from bot.work.handover import HandOver
from bot.work.tenure import LEASES, Tenure

_LOG: Final = structlog.get_logger("bot.work")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_TICK: Final = 1.0
_LAST_NOTES: Final = 3.0
_NOT_A_WORD: Final = ("answered before", "in hand", "put off", "left")
T = TypeVar("T")
Run = Callable[[Command, Claim], str | Again]


class Engine:
    """Runs the handlers of accepted commands; one per process, because DBOS is.

    ``run`` takes a Command and ``claim``, answers it by itself and returns a word: ``delivered``, ``undeliverable: <reason>``
    or ``failed: <reason>``; or Again. It calls ``claim()`` right before each thing that it sends, and lets what that raises
    pass. It does not raise by itself; if it does, the command is noted as failed and is not run again.
    """

    def __init__(
        self,
        *,
        database: Database,
        engine_database_url: str,
        keyring: Keyring,
        replica: str,
        run: Run,
        care: Callable[[], None] = lambda: None,
        prune: LetGo = lambda _wait, _forget: None,
        limit: int = 1000,
        threads: int = at_most(128),
        beat: timedelta = timedelta(seconds=15),
        abandoned_after: timedelta = timedelta(seconds=60),
        waits_for_name: timedelta = timedelta(seconds=30),
    ) -> None:
        """Put the parts together; nothing runs before ``start``.

        Args:
            database: the store.
            engine_database_url: where DBOS keeps its tables, see ``durability.engine_url``.
            keyring: seals the commands' payloads.
            replica: a name that this process keeps over restarts and that no other living one has.
            run: answers a command.
            care: what else is to be looked after at each beat; it may raise StoreUnavailableError.
            prune: lets go of what has served its time, once a day: ``Retention.run``.
            limit: how many accepted commands may wait for an answer.
            threads: how many handlers run at once.
            beat: how often this replica says that it lives, and looks after what was left undone.
            abandoned_after: how long a replica is silent before others take its commands.
            waits_for_name: how long to wait for another living process to give up the replica's name.
        """
        self._run = run
        self._care = care
        self._beat = beat
        self._abandoned_after = abandoned_after
        self._inbox = Inbox(database, keyring, replica=replica, limit=limit)
        self._database = database
        self._tenure = Tenure(replica, database.lock(replica), self._inbox, waits_for_name)
        work, daily = self._answer, partial(prune, self._wait)
        self._workflows = Workflows(engine_database_url, replica=replica, threads=threads, work=work, prune=daily)
        self._hands = HandOver(self._workflows, self._answer)
        self._caretaker = threading.Thread(target=self._take_care, name="work-caretaker", daemon=True)
        self._stopping = threading.Event()
        self._launched = False
        self._unnoted: dict[str, str] = {}
        self.leases = dict.fromkeys(LEASES, 0)

    def start(self) -> None:
        """Take the replica's name, take up what an earlier process left undone, and be ready.

        Raises:
            NameTakenError: another process lives under this replica's name.
            StoreUnavailableError: the store or DBOS's tables cannot be used.
        """
        self._tenure.begin()
        self._workflows.start()
        self._launched = True
        self._take_over()
        self._hand_over_strays(at_start=True)
        self._caretaker.start()

    def accept(self, command: Command) -> bool:
        """Store a command and see to it that it is answered, at once or when it is due.

        True once it is durable, False when it was accepted before.

        Raises:
            InboxFullError: too many wait already.
            StoreUnavailableError: the store cannot take it, or this process is stopping.
        """
        if not self._launched or self._stopping.is_set():
            message = "This process takes no commands now."
            raise StoreUnavailableError(message)
        if not self._inbox.accept(command):
            return False
        self._hands.give(command.id, command.due_at)
        return True

    def lacking(self) -> list[str]:
        """In one word each, why no command could be taken durably now; nothing where one could."""
        states = {
            "draining": not self._stopping.is_set(),
            "starting": self._launched or self._stopping.is_set(),
            "name": self._tenure.ours or not self._launched,
            "store": self._database.healthy,
            "engine": self._hands.works and not (self._launched and self._workflows.file.trouble),
        }
        return [word for word, fine in states.items() if not fine]

    @property
    def waiting(self) -> int:
        """How many accepted commands have no answer yet."""
        return self._inbox.waiting

    @property
    def oldest_s(self) -> float:
        """For how many seconds the oldest command in hand has been there."""
        return self._hands.oldest_s()

    def stop(self, timeout: float = 15.0) -> bool:
        """Take no more commands, let running ones finish, and close DBOS; True when none was left.

        What is being sent when the time is up is noted still. What does not finish is taken up at the next start: its handler
        runs on, in a thread that the interpreter waits for, and can send nothing any more.

        Args:
            timeout: seconds to wait for running commands.
        """
        self._stopping.set()
        deadline = time.monotonic() + timeout
        left = self._hands.stop(timeout, _LAST_NOTES)
        if self._launched:
            self._launched = False
            self._caretaker.join(max(1.0, deadline - time.monotonic()))
            self._tenure.end()
            self._workflows.stop()
        _LOG.info("stopped", left_undone=left)
        return left == 0

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
        with self._hands.running(command_id) as first:
            try:
                return self._answered(command_id) if first else "in hand"
            except BaseException as error:
                if isinstance(error, Exception):
                    # The class alone is told, and DBOS, to which it goes on, ends the workflow with it.
                    _LOG.error("handler_failed", command=command_id, error=type(error).__name__)
                    self.note(command_id, f"failed: {type(error).__name__}")
                raise

    def _answered(self, command_id: str) -> str:
        command = self._found(command_id)
        if command is None:
            return "answered before"
        if command.due_at is not None and command.due_at > datetime.now(UTC) + timedelta(seconds=_TICK):
            self._hands.begin(command_id, command.due_at)
            return "put off"
        with TRACES.span("answer", command_id, handler=command.name) as note:
            ending = self._run(command, partial(self._claim, command_id))
            word = ending if isinstance(ending, str) else "put off"
            note("result", word)
        if isinstance(ending, str):
            self.note(command_id, word)
        elif self._patiently(partial(self._inbox.put_off, ending.command)):
            self._hands.begin(command_id, ending.command.due_at)
        return word

    def _found(self, command_id: str) -> Command | None:
        """The command, however long the store is away; it was accepted, so it is answered when the store is back."""
        try:
            command = self._patiently(partial(self._inbox.find, command_id))
        except WrongKeyError:
            _LOG.warning("left_to_others", command=command_id, meaning="It was sealed with a key that is not here.")
            raise _LeftForNextStart from None
        if command is not None and command.due_at is not None:
            self._patiently(partial(self._inbox.adopt, command_id))
        return command

    def _claim(self, command_id: str, *, passing: bool = False, along: Callable[[], list[Write]] = list) -> None:
        if not self._hands.may_send(command_id):
            raise _LeftForNextStart
        writes = along()
        claim = partial(self._inbox.claim, command_id, passing=passing, along=writes)
        if not (claim() if writes else self._patiently(claim)):
            self.leases["claims_lost"] += 1
            _LOG.warning("lost_to_others", command=command_id)
            raise _LeftForNextStart

    def _patiently(self, ask: Callable[[], T]) -> T:
        """What the store says, however long it is away: until this process stops."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return ask()
            except StoreUnavailableError:
                self._wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _hand_over_strays(self, *, at_start: bool = False) -> None:
        """Hand over rows that nobody works on: accepted before a kill, or overdue."""
        overdue = datetime.now(UTC) - self._beat
        for command_id, due_at in self._inbox.unanswered():
            put_off = due_at is not None and due_at > overdue
            if command_id in self._hands or command_id in self._unnoted or (put_off and not at_start):
                continue
            state = None if put_off else self._workflows.state(command_id, due_at)
            if state is None:
                self._hands.give(command_id, due_at)
            elif state.word is not None and state.word not in _NOT_A_WORD:
                # The answer went out, its note did not reach the row.
                self.note(command_id, state.word)
            elif not at_start:
                # At the start DBOS itself takes up what it knows.
                self._hands.give(command_id, anew=True)

    def _take_over(self) -> None:
        """Take the commands of silent replicas; those that are due later are in DBOS's queue, from which anybody takes them."""
        for command_id, due_at in self._inbox.take_over(self._abandoned_after):
            self.leases["commands_taken_over"] += 1
            _LOG.warning("taken_over", command=command_id)
            if due_at is None:
                self._hands.give(command_id, anew=True)
        if foreign := self._inbox.foreign(self._abandoned_after):
            _LOG.warning("left_to_others", commands=foreign, meaning="They were sealed with a key that is not here.")

    def _take_care(self) -> None:
        beaten, told = time.monotonic(), list[str]()
        while not self._stopping.wait(min(_TICK, self._beat.total_seconds())):
            self._hands.begin_overdue()
            for file in (self._database.file, self._workflows.file):
                file.look()
            if (lacking := self.lacking()) != told:
                _LOG.warning("readiness_changed", lacking=lacking)
                told = lacking
            if not lacking and time.monotonic() - beaten < self._beat.total_seconds():
                continue
            beaten = time.monotonic()
            self._hands.with_care(self._look_after_all)

    def _look_after_all(self) -> None:
        if not self._tenure.keep():
            return
        for command_id, word in list(self._unnoted.items()):
            self.note(command_id, word)
        self._take_over()
        self._care()
        # What speaks to DBOS's tables may hang with them; this replica must go on saying that it lives.
        self._hands.look_round(self._look_after_workflows)

    def _look_after_workflows(self) -> None:
        if anew := self._workflows.renew():
            _LOG.warning("engine_made_anew")
            self._hands.forget_untaken()
        self._hand_over_strays(at_start=anew)

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise _LeftForNextStart


class _LeftForNextStart(BaseException):
    """Leaves a workflow unfinished on purpose; DBOS would take an Exception for its end."""
