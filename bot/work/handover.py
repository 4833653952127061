"""From the inbox to a running handler: by a DBOS workflow, and where DBOS does not take a command, without one.

A command is in hand from its hand-over to its end, and what is in hand is never run a second time.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.descriptors import at_most
from bot.store.errors import StoreUnavailableError
from bot.work.durability import Workflows, name_of

_LOG: Final = structlog.get_logger("bot.work")
_TAKEN_WITHIN: Final = 5.0
"""Seconds that DBOS may need to take a command; after that it is run without DBOS, and so are those behind it."""
_DIRECT: Final = at_most(16)


class HandOver:
    """Gives commands to DBOS and knows which are in hand. ``answer`` takes a command's id; it is what DBOS runs."""

    def __init__(self, workflows: Workflows, answer: Callable[[str], str]) -> None:
        self.works = True
        self._workflows = workflows
        self._answer = answer
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="work-starter")
        self._direct = ThreadPoolExecutor(_DIRECT, thread_name_prefix="work-direct")
        self._changed = threading.Condition()
        self._in_hand: dict[str, float] = {}
        self._untaken: set[str] = set()
        self._running: set[str] = set()
        self._sending: set[str] = set()
        self._no_more_sending = False
        self._looking_round = False
        self._taking_since: float | None = None
        self._postponed: dict[Callable[[], None], str] = {}

    def __contains__(self, command_id: str) -> bool:
        return command_id in self._in_hand

    def oldest_s(self) -> float:
        """For how many seconds the oldest command has been in hand; 0 when there is none."""
        with self._changed:
            return time.monotonic() - min(self._in_hand.values(), default=time.monotonic())

    def give(self, command_id: str, due_at: datetime | None = None, *, anew: bool = False) -> None:
        """Have a command run, at once or when it is due; ``anew`` at once, whatever became of earlier workflows of it."""
        if due_at is None or anew:
            with self._changed:
                if command_id in self._in_hand:
                    return
                self._in_hand[command_id] = time.monotonic()
                self._untaken.add(command_id)
        with suppress(RuntimeError):  # this process stops; the next start takes it up
            self._starter.submit(self.begin, command_id, due_at, anew=anew)

    def begin(self, command_id: str, due_at: datetime | None = None, *, anew: bool = False) -> None:
        """Start a command's workflow; where one has its id already, DBOS leaves it at that."""
        delay_s = 0.0 if due_at is None or anew else (due_at - datetime.now(UTC)).total_seconds()
        name = f"{command_id}:{secrets.token_hex(4)}" if anew else name_of(command_id, due_at)
        self._taking_since = time.monotonic()
        try:
            self._workflows.begin(name, command_id, delay_s)
            self._untaken.discard(command_id)
        except StoreUnavailableError as error:
            self.works = False
            _LOG.warning("hand_over_failed", command=command_id, error=str(error))
            if delay_s <= 0:
                self._run_directly(command_id)
        finally:
            self._taking_since = None

    def look_round(self, work: Callable[[], None]) -> None:
        """Do what speaks to DBOS's tables, after what waits for them already; DBOS works if that does."""
        if self._looking_round:
            return
        self._looking_round = True
        with suppress(RuntimeError):
            self._starter.submit(self._look_round, work)

    def _look_round(self, work: Callable[[], None]) -> None:
        self._taking_since = time.monotonic()
        try:
            self.works = self.with_care(work)
        finally:
            self._taking_since = None
            self._looking_round = False

    def with_care(self, work: Callable[[], None]) -> bool:
        """Do what is done again in a while; False when the store did not let it, which is told when it is new."""
        try:
            work()
        except StoreUnavailableError as error:
            if self._postponed.get(work) != str(error):
                _LOG.warning("care_postponed", error=str(error))
            self._postponed[work] = str(error)
            return False
        self._postponed.pop(work, None)
        return True

    def begin_overdue(self) -> None:
        """Run what waits for DBOS without it, when DBOS has not come back for a while from taking one."""
        if self._taking_since is None or time.monotonic() - self._taking_since < _TAKEN_WITHIN:
            return
        self.works = False
        with self._changed:
            overdue, self._untaken = self._untaken, set()
        for command_id in overdue:
            self._run_directly(command_id)

    def forget_untaken(self) -> None:
        """Let what DBOS had and has not begun be given to it anew: its tables are new."""
        with self._changed:
            self._in_hand = {command_id: since for command_id, since in self._in_hand.items() if command_id in self._running}

    @contextmanager
    def running(self, command_id: str) -> Iterator[bool]:
        """Hold a command while its handler runs; False when it runs already."""
        with self._changed:
            first = command_id not in self._running
            if first:
                self._in_hand.setdefault(command_id, time.monotonic())
                self._running.add(command_id)
        try:
            yield first
        finally:
            if first:
                with self._changed:
                    self._in_hand.pop(command_id, None)
                    for each in (self._untaken, self._running, self._sending):
                        each.discard(command_id)
                    self._changed.notify_all()

    def may_send(self, command_id: str) -> bool:
        """Note that a command's answer goes out now; False when this process has stopped."""
        with self._changed:
            if not self._no_more_sending:
                self._sending.add(command_id)
            return not self._no_more_sending

    def stop(self, timeout: float, last_notes: float) -> int:
        """Wait for what is in hand, then let what is being sent be noted; how many commands were left undone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._in_hand, timeout)
            self._no_more_sending = True
            self._changed.wait_for(lambda: not self._sending, last_notes)
            left = len(self._in_hand)
        self._starter.shutdown(wait=False, cancel_futures=True)
        self._direct.shutdown(wait=False, cancel_futures=True)
        return left

    def _run_directly(self, command_id: str) -> None:
        """The command's row is as good a memory as a workflow; only nothing waits for put-off ones but the next look round."""
        with suppress(RuntimeError):
            self._direct.submit(self._answer, command_id)
