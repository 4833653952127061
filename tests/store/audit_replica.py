"""A replica that only records, in a process of its own, to be killed.

``python -m tests.store.audit_replica <store's address> <key file> <replica's name> <rows> <threads>``: prints ``ready``, waits
for a line on standard input, then prints the command of each row once it is durable.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Database
from bot.store.sealing import Keyring


def main(url: str, file: str, replica: str, rows: str, threads: str) -> None:
    """Record so many rows, then stop in good order."""
    database = Database(url)
    audit = Audit(database, Keyring.from_file(Path(file)), replica=replica, clock=lambda: datetime.now(UTC))

    def record(number: int) -> None:
        command = f"{replica}-{number}"
        audit.record(Entry("lookup", "ID", "/T/U", command, result="found"))
        # One write: print would let two threads' lines run into each other.
        os.write(sys.stdout.fileno(), f"{command}\n".encode())

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        list(pool.map(record, range(int(rows))))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
