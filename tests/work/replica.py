"""A replica in a process of its own, to be killed: accepts the commands named on standard input, answers into a file.

``python -m tests.work.replica <store's address> <replica's name> <folder>``: prints ``ready``, then ``accepted <id>`` for
each line once it is durable. The folder holds ``key`` and ``answers``; while it holds ``hold``, handlers wait inside.
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.logs import configure_logs
from bot.store.database import Database
from bot.store.inbox import Command
from bot.store.sealing import Keyring
from bot.work import Engine
from bot.work.durability import engine_url


def main(url: str, replica: str, folder: Path) -> None:
    """Serve until standard input ends, then stop in good order."""

    def answer(command: Command, claim: Callable[[], None]) -> str:
        _append(folder / "started", f"{command.id} {replica} {os.getpid()}")
        while (folder / "hold").exists():
            time.sleep(0.005)
        time.sleep(0.01)
        claim()
        _append(folder / "answers", f"{command.id} {replica} {os.getpid()}")
        return "delivered"

    def accept(command_id: str) -> None:
        engine.accept(Command(command_id, "help", {"text": command_id}, datetime.now(UTC)))
        _say(f"accepted {command_id}")

    configure_logs("INFO")  # to standard error: on standard output stands what the test reads
    database = Database(url)
    engine = Engine(
        database=database,
        engine_database_url=engine_url(url),
        keyring=Keyring.from_file(folder / "key"),
        replica=replica,
        run=answer,
        beat=timedelta(seconds=0.3),
        abandoned_after=timedelta(seconds=2),
    )
    engine.start()
    _say("ready")
    with ThreadPoolExecutor(16) as threads:
        for line in sys.stdin:
            threads.submit(accept, line.strip())
    engine.stop(10)
    database.close()


def _say(line: str) -> None:
    # One write: print would let two threads' lines run into each other.
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def _append(path: Path, line: str) -> None:
    # One write to a file opened for appending arrives whole, whoever else writes.
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
