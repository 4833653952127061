"""The price of a row of the audit: on a whole look-up and on its acknowledgement, and how many rows a second one chain takes.

The same bot answers the same look-ups in turns, with its audit and with one that records nothing.
"""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from bot.app.bot import Bot
from bot.handlers.services import Services
from bot.logs import configure_logs
from bot.settings import Environment, read_settings
from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.sealing import Keyring, new_key
from bot.store.verification import verify
from bot.web import create_app
from tests.benchmarks.bot_process import command, environment, post, signed
from tests.benchmarks.figures import Figure, middle, spread
from tests.benchmarks.upstream import upstream
from tests.postgres import fresh_database

CALLS, ROUNDS = 100, 7
AT_ONCE = 16
ROWS, THREADS = 3000, 32


class Switched:
    """The bot in this process, with an audit that can be left out."""

    def __init__(self, url: str, folder: str) -> None:
        environ = Environment(environment(url, folder) | {"REQUESTLOG_PORT": "0"})
        self._url = url
        self._bot = Bot(read_settings(environ), environ)
        self._bot.start()
        self._app = create_app(door=self._bot.door, lacking=self._bot.lacking, registry=CollectorRegistry())
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
        post(self._app, body, headers)
        return (time.perf_counter() - start) * 1e3

    def stop(self) -> None:
        self._bot.stop()


def recording(record: Callable[..., None]) -> Callable[..., None]:
    """From now on look-ups are recorded so; gives what was there."""
    before = Services.attempted
    Services.attempted = record  # type: ignore[method-assign] # and put back by the caller
    return before


def measure() -> list[Figure]:
    """A look-up with its row against one without, and rows alone."""
    configure_logs("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_rows(f"sqlite:///{Path(folder)}/x.sqlite", "SQLite"), *_rows(fresh_database(), "PostgreSQL")]
    return [*_look_ups(), *rows]


def _look_ups() -> list[Figure]:
    with_rows: list[tuple[float, list[float]]] = []
    without: list[tuple[float, list[float]]] = []
    with upstream() as url, tempfile.TemporaryDirectory() as folder:
        bot = Switched(url, folder)
        try:
            bot.cpu_and_acknowledgements()
            for number in range(2 * ROUNDS):
                # a b, b a, a b …: what one round leaves to be done counts in the next one.
                bare = number % 4 in {1, 2}
                kept = recording(lambda *_: None) if bare else Services.attempted
                try:
                    (without if bare else with_rows).append(bot.cpu_and_acknowledgements())
                finally:
                    recording(kept)
        finally:
            bot.stop()
    cpu = [mine / bare for (mine, _), (bare, _) in zip(with_rows, without, strict=True)]
    waits = [middle(mine) / middle(bare) for (_, mine), (_, bare) in zip(with_rows, without, strict=True)]
    told = f"{middle([each for each, _ in with_rows]):.2f} ms against {middle([each for each, _ in without]):.2f} ms"
    acknowledged = f"{middle(with_rows[0][1]):.0f} ms in the first round, {AT_ONCE} at once"
    return [
        Figure("a look-up with its row of the audit : without, CPU", middle(cpu), "×", None, f"{spread(cpu)}; {told}"),
        Figure("the same, until acknowledged", middle(waits), "×", None, f"{spread(waits)}; {acknowledged}"),
    ]


def _rows(url: str, name: str) -> list[Figure]:
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
    said = f"{ROWS / took:.0f} a second from {THREADS} threads; verified {ROWS / verified:.0f} a second"
    return [Figure(f"a row of the audit, {name}, CPU", spent / ROWS * 1e6, "µs", None, said)]
