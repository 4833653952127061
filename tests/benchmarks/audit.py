"""The price of a row of the audit: on a whole look-up and on its acknowledgement, and how many rows a second one chain takes.

The same bot answers the same look-ups in turns, with its audit and with one that records nothing.
"""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from prometheus_client import CollectorRegistry

from bot.app import Bot
from bot.logs import configure_logs
from bot.settings import Environment, read_settings
from bot.store.audit import Audit, verify
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.sealing import Keyring, new_key
from bot.web import create_app
from tests.benchmarks.bot_process import command, environment, signed
from tests.benchmarks.upstream import upstream
from tests.postgres import fresh_database

CALLS, ROUNDS = 150, 7
AT_ONCE = 16
ROWS, THREADS = 4000, 32


class Switched:
    """The bot in this process, with an audit that can be left out."""

    def __init__(self, url: str, folder: str) -> None:
        configure_logs("ERROR")
        environ = Environment(environment(url, folder) | {"REQUESTLOG_PORT": "0"})
        self._url = url
        self._bot = Bot(read_settings(environ), environ)
        self._bot.start()
        self._client = create_app(door=self._bot.door, ready=self._bot.ready, registry=CollectorRegistry()).test_client
        self._number = 0

    def cpu_and_acknowledgements(self) -> tuple[float, list[float]]:
        """Milliseconds of CPU a look-up, and those until each was acknowledged."""
        start = time.process_time()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waits = list(pool.map(self._one, range(self._number, self._number + CALLS)))
        self._number += CALLS
        while self._bot.waiting:
            time.sleep(0.001)
        return (time.process_time() - start) / CALLS * 1e3, waits

    def _one(self, number: int) -> float:
        body, headers = signed(command(self._url, number))
        start = time.perf_counter()
        self._client().post("/slack/events", data=body, headers=headers)
        return (time.perf_counter() - start) * 1e3

    def stop(self) -> None:
        self._bot.stop()


def recording(record: Callable[..., None]) -> Callable[..., None]:
    """From now on audits record so; gives what was there."""
    before = Audit.record
    setattr(Audit, "record", record)  # noqa: B010 - a method is put back: mypy takes no assignment to one
    return before


def _look_ups() -> str:
    with upstream() as url, tempfile.TemporaryDirectory() as folder:
        bot = Switched(url, folder)
        try:
            bot.cpu_and_acknowledgements()
            with_rows, without = [], []
            for _ in range(ROUNDS):
                with_rows.append(bot.cpu_and_acknowledgements())
                kept = recording(lambda *_: None)
                try:
                    without.append(bot.cpu_and_acknowledgements())
                finally:
                    recording(kept)
        finally:
            bot.stop()
    cpu = [median(cpu for cpu, _ in rounds) for rounds in (with_rows, without)]
    acks = [sorted(wait for _, waits in rounds for wait in waits) for rounds in (with_rows, without)]
    told = "   ".join(
        f"{name} {mine:.2f} ms CPU, acknowledged in {each[len(each) // 2]:.0f} ms, 99th {each[len(each) * 99 // 100]:.0f} ms"
        for name, mine, each in zip(("with a row", "without"), cpu, acks, strict=True)
    )
    return f"a look-up, {AT_ONCE} at once      {told}   ratio of CPU {cpu[0] / cpu[1]:.2f}"


def _rows(url: str, name: str) -> str:
    database, keyring = Database(url), Keyring.from_text(new_key())
    audit = Audit(database, keyring, replica="one", clock=lambda: datetime.now(UTC))
    entry = Entry("lookup", "123E4567-E89B-12D3-A456-426614174000", "/T/U", "0" * 32, result="found", decision="shown")
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: audit.record(entry), range(ROWS)))
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    start = time.perf_counter()
    verify(database, keyring)
    verified = time.perf_counter() - start
    database.close()
    return (
        f"rows of the audit, {name:10} {ROWS / took:.0f} a second from {THREADS} threads, "
        f"{spent / ROWS * 1e6:.0f} µs CPU each; verified {ROWS / verified:.0f} a second"
    )


def measure() -> list[str]:
    """Lines for the report."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_rows(f"sqlite:///{Path(folder)}/x.sqlite", "SQLite"), _rows(fresh_database(), "PostgreSQL")]
    return [*rows, _look_ups()]
