"""Reading the audit back: is the chain as it stands in the database still the one that was written?"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection, make_url, text

from bot.store.chain import PURPOSE, START, Check, Head, Row, Verdict
from bot.store.database import Database
from bot.store.sealing import Keyring, draft_of

LAST: Final = 100
"""How many rows the start-up verifies."""
BATCH: Final = 5000
_LOG: Final = structlog.get_logger("bot.store")

# In plain SQL: SQLite keeps whatever somebody put into a column, and SQLAlchemy's types would stumble over it.
_HEAD: Final = "SELECT chain, seq, mac, pruned_seq, pruned_mac, kid, seal FROM audit_head"
_ROWS: Final = "SELECT seq, at, actor, action, subject, command, body, kid, mac FROM audit {where} ORDER BY seq LIMIT :most"
_FIRST_ROWS: Final = text(_ROWS.format(where=""))
_NEXT_ROWS: Final = text(_ROWS.format(where="WHERE seq > :after"))


def verify(
    database: Database,
    keyring: Keyring,
    *,
    last: int | None = None,
    anchors: Mapping[int, str] | None = None,
    each: Callable[[Row], None] = lambda _row: None,
) -> Verdict:
    """The verdict on the chain as it stands at one moment: on all of it, or on the ``last`` rows. ``each`` gets every row.

    ``anchors`` are MACs (hexadecimal) that rows once had, by number, kept outside the database. A database without any audit
    is intact and has no head. Raises StoreUnavailableError.
    """
    keys, anchors = keyring.subkeys(PURPOSE), anchors or {}

    def work(connection: Connection) -> Verdict:
        head = head_of(connection, keys)
        if isinstance(head, Verdict):
            rows = 0
            for row in _after(connection, None) if last is None else page(connection, None, 1):
                rows += 1
                each(row)
            emptied = Verdict("cut", 1) if anchors else Verdict()
            return head if rows or head.kind != "head missing" else emptied
        start = (head.pruned_seq, head.pruned_mac)
        if last is not None and head.seq - last > head.pruned_seq:
            start = (head.seq - last, next((row.mac for row in page(connection, head.seq - last - 1, 1)), START))
        for seq in (seq for seq in anchors if head.pruned_seq < seq < start[0]):
            if [row.mac.hex() for row in page(connection, seq - 1, 1)] != [anchors[seq]]:
                return Verdict("changed", seq, head)
        check = Check(head, keys, anchors, start)
        for row in _after(connection, None if start[0] == head.pruned_seq else start[0]):
            each(row)
            check.add(row)
        return check.verdict()

    return database.snapshot(work)


def head_of(connection: Connection, keys: Mapping[bytes, bytes], *, locked: bool = False) -> Head | Verdict:
    """The head, if its MAC is right; else what is wrong with it."""
    lock = " FOR UPDATE" if locked and connection.dialect.name == "postgresql" else ""
    found = connection.exec_driver_sql(_HEAD + lock).all()
    if not found:
        return Verdict("head missing")
    *values, seal = found[0]
    if len(found) > 1 or [type(value) for value in found[0]] != [str, int, bytes, int, bytes, bytes, bytes]:
        return Verdict("head changed")
    head = Head(*values)
    if head.kid not in keys:
        # The last row names the key of the head: where it names another, the head was changed, and no key is missing.
        last = page(connection, head.seq - 1, 1)
        return Verdict("key missing", head.seq + 1) if last and last[0].kid == head.kid else Verdict("head changed")
    return head if hmac.compare_digest(head.seal(keys[head.kid]), seal) else Verdict("head changed")


def _after(connection: Connection, seq: int | None) -> Iterator[Row]:
    """The rows that follow a number, or all, a page at a time."""
    rows = None
    while rows is None or len(rows) == BATCH:
        rows = page(connection, seq, BATCH)
        yield from rows
        seq = rows[-1].seq if rows else seq


def page(connection: Connection, after: int | None, most: int) -> list[Row]:
    """So many rows after a number, or the first ones; what is of another type than ours counts as empty."""
    found = connection.execute(_FIRST_ROWS if after is None else _NEXT_ROWS, {"after": after, "most": most}).mappings()
    empty = {"at": 0, "actor": "", "action": "", "subject": "", "command": "", "body": "", "kid": b"", "mac": b""}
    return [
        Row(**{**row, **{name: none for name, none in empty.items() if not isinstance(row[name], type(none))}}) for row in found
    ]


class Witness:
    """Where the chain ended when a bot last looked, in a file outside the database: an older one that is put back shows."""

    def __init__(self, folder: Path, url: str) -> None:
        """The file in the data folder that belongs to the database at an address."""
        parsed = make_url(url)
        named = hashlib.sha256(f"{parsed.host}:{parsed.port}/{parsed.database}".encode()).hexdigest()[:12]
        self.path = folder / f"audit-{named}.anchor"

    def anchors(self) -> dict[int, str]:
        """What was noted last, as ``verify`` takes it; empty where nothing was."""
        try:
            noted = json.loads(self.path.read_text("ascii"))
            return {int(noted["seq"]): str(noted["mac"])}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError) as error:
            _LOG.warning("audit_anchor_not_read", file=str(self.path), error=type(error).__name__)
            return {}

    def note(self, head: Head) -> None:
        """Remember the end of the chain. A folder that takes no file costs this witness alone; the log is another."""
        try:
            draft_of(self.path, json.dumps({"seq": head.seq, "mac": head.mac.hex()}) + "\n").replace(self.path)
        except OSError as error:
            _LOG.warning("audit_anchor_not_written", file=str(self.path), error=error.strerror)
