"""An engine that answers by itself, for tests, and what came of it."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.store.database import Database
from bot.store.inbox import Again, Command, Inbox
from bot.store.retention import Forget
from bot.store.sealing import Keyring, new_key
from bot.work import Engine
from bot.work.durability import engine_url

CANARY = "canary-4711"


class Bench:
    """An engine that answers by itself, and what came of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keyring = Keyring.from_text(new_key())
        self.seen: list[Command] = []
        self.go = threading.Event()
        self.go.set()
        self.sent = threading.Event()
        self.sent.set()
        self.running: set[str] = set()
        self.word = "delivered"
        self.pruned: list[int] = []
        self.prune_before = datetime.now(UTC)
        self.open()

    def open(self, *, limit: int = 1000) -> None:
        self.database = Database(self.url)
        self.engine = Engine(
            database=self.database,
            engine_database_url=engine_url(self.url),
            keyring=self.keyring,
            replica="single",
            run=self.run,
            prune=self.prune,
            limit=limit,
            threads=8,
            beat=timedelta(seconds=0.2),
        )
        self.engine.start()
        self.inbox = Inbox(self.database, self.keyring, replica="single")

    def close(self, timeout: float = 10) -> bool:
        finished = self.engine.stop(timeout)
        self.database.close()
        return finished

    def prune(self, wait: Callable[[float], object], forget: Forget) -> None:
        self.pruned.append(forget(self.prune_before, partial(wait, 0.0)))

    def run(self, command: Command, claim: Callable[[], None]) -> str | Again:
        if command.name == "raises":
            raise LookupError(command.payload["text"])
        self.running.add(command.id)
        try:
            return self.answer(command, claim)
        finally:
            self.running.discard(command.id)

    def answer(self, command: Command, claim: Callable[[], None]) -> str | Again:
        self.go.wait(20)
        if command.name == "waits" and command.due_at is None:
            return Again(replace(command, name="waited", due_at=datetime.now(UTC) + timedelta(seconds=1)))
        claim()
        self.seen.append(command)
        self.sent.wait(20)
        return self.word

    def accept(self, command_id: str, name: str = "works") -> bool:
        return self.engine.accept(Command(command_id, name, {"text": CANARY}, datetime.now(UTC)))

    def ending(self, command_id: str) -> tuple[str, str]:
        until(lambda: self.inbox.ending(command_id) is not None)
        return self.inbox.ending(command_id) or ("", "")


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.01)
