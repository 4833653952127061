"""The audit: a row for each attempt, durable before its answer leaves, in one chain for all replicas (``chain``).

Rows are appended in the transaction that the group of writes shares, after everything else in it: the head is the last lock
that is taken, so replicas wait for each other and never in a circle.
"""

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from bot.store.chain import PURPOSE, START, Check, Entry, Head, Row, Verdict, broken, chained
from bot.store.database import Database, Write, nothing
from bot.store.errors import AuditBrokenError, StoreUnavailableError
from bot.store.sealing import Keyring
from bot.store.tables import AUDIT, AUDIT_HEAD, insert_if_new, stamp

_LOG: Final = structlog.get_logger("bot.store")
LAST: Final = 100
"""How many rows the start-up verifies."""
BATCH: Final = 5000
_ANCHOR_EVERY: Final = 1000
_PRUNE_EVERY: Final = timedelta(days=1)
_BEGAN, _KEY, _PRUNED = "audit.began", "audit.key", "audit.pruned"

# In plain SQL: SQLite keeps whatever somebody put into a column, and SQLAlchemy's types would stumble over it.
_HEAD: Final = "SELECT chain, seq, mac, pruned_seq, pruned_mac, kid, seal FROM audit_head"
_ROWS: Final = "SELECT seq, at, actor, action, subject, command, body, kid, mac FROM audit {where} ORDER BY seq LIMIT :most"
_FIRST_ROWS: Final = text(_ROWS.format(where=""))
_NEXT_ROWS: Final = text(_ROWS.format(where="WHERE seq > :after"))
_GAVE_WAY: Final = select(AUDIT.c.action).where(AUDIT.c.action == _KEY, AUDIT.c.subject == bindparam("old")).limit(1)
# Made once: building a statement costs more than running it.
_MAC: Final = select(AUDIT.c.mac).where(AUDIT.c.seq == bindparam("seq"))
_INSERT: Final = insert(AUDIT)
_UPDATE: Final = update(AUDIT_HEAD)
_PRUNE: Final = delete(AUDIT).where(AUDIT.c.seq <= bindparam("upto"))


class Audit:
    """Records attempts for one replica. Make it once a database: from then on the database appends through it.

    ``clock`` gives aware times.
    """

    def __init__(self, database: Database, keyring: Keyring, *, replica: str, clock: Callable[[], datetime]) -> None:
        """Begin the chain where there is none, and verify its end.

        Raises:
            AuditBrokenError: the head or one of the last rows is not what it was.
            StoreUnavailableError: the database cannot be used.
        """
        self._database = database
        self._keyring = keyring
        self._replica = replica
        self._clock = clock
        self._refused = False
        self._lock = threading.Lock()
        self._anchored = 0
        self._prune_from: datetime | None = None
        verdict = verify(database, keyring, last=LAST)
        if verdict == Verdict():
            database.write(self._begin)
            verdict = verify(database, keyring, last=LAST)
        if verdict.kind is not None or verdict.head is None:
            raise AuditBrokenError(broken(verdict))
        self._seen = verdict.head
        database.append = self._append

    @property
    def healthy(self) -> bool:
        """Whether a row can be appended, as far as is known: after a refusal, whether the end of the chain is whole again."""
        if self._refused:
            try:
                self._refused = self.check().kind is not None
            except StoreUnavailableError:
                return False
        return not self._refused

    def record(self, *entries: Entry, along: Sequence[Write] = ()) -> None:
        """Append rows, after what goes ``along``; all of it is durable when this returns.

        Raises:
            StoreUnavailableError: they could not be written, or the chain is broken: then nothing may be answered.
        """
        if not entries and not along:
            return
        try:
            self._database.write(nothing, lambda _: entries, along)
        except StoreUnavailableError as error:
            self.refused(error)
            raise

    def refused(self, error: StoreUnavailableError) -> None:
        """Rows that were to go along with another write could not be appended."""
        self._refused = True
        _LOG.error("not_audited", error=str(error))

    def check(self) -> Verdict:
        """The verdict on the head and the last rows, none of which this process saw otherwise. Raises StoreUnavailableError."""
        seen = self._seen
        return verify(self._database, self._keyring, last=LAST, anchors={seen.seq: seen.mac.hex()})

    def anchor(self) -> None:
        """Log where the chain ends, if it moved since the last time: a witness outside the database."""
        with self._lock:
            head, before = self._seen, self._anchored
            self._anchored = head.seq
        if head.seq != before:
            _LOG.info("audit_head", seq=head.seq, mac=head.mac.hex())

    def look_after(self, kept_for: timedelta) -> None:
        """What is due every few seconds: the anchor, a look at the key file, and once a day the pruning.

        Raises StoreUnavailableError.
        """
        self.anchor()
        self._keyring.refresh()
        now = self._clock()
        if self._prune_from is None or now >= self._prune_from:
            self.prune(kept_for)
            self._prune_from = now + _PRUNE_EVERY

    def prune(self, kept_for: timedelta) -> int:
        """Forget rows of longer ago; how many. A chain that does not verify loses none, for it is evidence.

        Raises StoreUnavailableError.
        """
        before, pruned = stamp(self._clock() - kept_for), 0
        while count := self._prune(before):
            pruned += count
        return pruned

    def _prune(self, before: int) -> int:
        """One batch: those rows from the oldest on that are all older, and follow each other as they should."""

        def oldest(connection: Connection) -> Row | None:
            head, last = _head(connection, self._keys), None
            if isinstance(head, Verdict):
                return None
            check = Check(head, self._keys, {})
            for row in _page(connection, None, BATCH):
                check.add(row)
                if check.faulty or row.at >= before:
                    break
                last = row
            return last

        last = self._database.snapshot(oldest)
        if last is None:
            return 0
        told = Entry(_PRUNED, str(last.seq), detail={"seq": last.seq, "mac": last.mac.hex()})
        return self._database.write(
            lambda connection: connection.execute(_PRUNE, {"upto": last.seq}).rowcount,
            lambda count: (told,) if count else (),
        )

    @property
    def _keys(self) -> Mapping[bytes, bytes]:
        return self._keyring.subkeys(PURPOSE)

    def _begin(self, connection: Connection) -> None:
        """The first row and the head; of replicas that start together one is first, and the others find it done."""
        kid, key = next(iter(self._keys.items()))
        empty = Head(secrets.token_hex(8), 0, START, 0, START, kid)
        row = chained(Entry(_BEGAN), empty, at=stamp(self._clock()), replica=self._replica, kid=kid, key=key)
        if insert_if_new(connection, AUDIT, _values(row)):
            head = replace(empty, seq=row.seq, mac=row.mac)
            connection.execute(insert(AUDIT_HEAD), _values(head) | {"seal": head.seal(key)})

    def _append(self, connection: Connection, entries: Sequence[Entry]) -> Callable[[], None]:
        """Append rows within a transaction; gives what to do once that is committed.

        Raises AuditBrokenError when the head is not what it was: gone, altered, or not of the chain that this process has seen.
        """
        keys, seen = self._keys, self._seen
        head = _head(connection, keys, locked=True)
        if isinstance(head, Verdict) and head.kind == "key missing" and self._keyring.refresh():
            keys = self._keys
            head = _head(connection, keys, locked=True)
        if isinstance(head, Verdict):
            raise AuditBrokenError(broken(head))
        if head != seen:
            _refuse_another_chain(connection, head, seen)
        kid = self._key_for(connection, head, next(iter(keys)))
        if kid != head.kid:
            entries = [Entry(_KEY, head.kid.hex(), detail={"old": head.kid.hex(), "new": kid.hex()}), *entries]
        at, rows = stamp(self._clock()), []
        for entry in entries:
            row = chained(entry, head, at=at, replica=self._replica, kid=kid, key=keys[kid])
            head = replace(head, seq=row.seq, mac=row.mac, kid=kid)
            if entry.action == _PRUNED:
                head = replace(head, pruned_seq=entry.detail["seq"], pruned_mac=bytes.fromhex(entry.detail["mac"]))
            rows.append(_values(row))
        connection.execute(_INSERT, rows)
        connection.execute(_UPDATE, _values(head) | {"seal": head.seal(keys[kid])})
        return partial(self._appended, head)

    def _key_for(self, connection: Connection, head: Head, first: bytes) -> bytes:
        """The key of the next row: the first one, unless it gave way already and this replica has yet to hear of that."""
        if first == head.kid or connection.execute(_GAVE_WAY, {"old": first.hex()}).first() is not None:
            return head.kid
        return first

    def _appended(self, head: Head) -> None:
        self._seen = head
        self._refused = False
        if head.seq // _ANCHOR_EVERY > self._anchored // _ANCHOR_EVERY:
            self.anchor()


def verify(
    database: Database,
    keyring: Keyring,
    *,
    last: int | None = None,
    anchors: Mapping[int, str] | None = None,
    each: Callable[[Row], None] = lambda _row: None,
) -> Verdict:
    """The verdict on the chain as it stands at one moment: on all of it, or on the ``last`` rows. ``each`` gets every row.

    A database without any audit is intact and has no head. Raises StoreUnavailableError.
    """
    keys = keyring.subkeys(PURPOSE)

    def work(connection: Connection) -> Verdict:
        head = _head(connection, keys)
        if isinstance(head, Verdict):
            rows = 0
            for row in _after(connection, None) if last is None else _page(connection, None, 1):
                rows += 1
                each(row)
            emptied = Verdict("cut", 1) if anchors else Verdict()
            return head if rows or head.kind != "head missing" else emptied
        start = (head.pruned_seq, head.pruned_mac)
        if last is not None and head.seq - last > head.pruned_seq:
            start = (head.seq - last, next((row.mac for row in _page(connection, head.seq - last - 1, 1)), START))
        check = Check(head, keys, anchors or {}, start)
        for row in _after(connection, None if start[0] == head.pruned_seq else start[0]):
            each(row)
            check.add(row)
        return check.verdict()

    return database.snapshot(work)


def _head(connection: Connection, keys: Mapping[bytes, bytes], *, locked: bool = False) -> Head | Verdict:
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
        return Verdict("key missing", head.seq + 1)
    return head if hmac.compare_digest(head.seal(keys[head.kid]), seal) else Verdict("head changed")


def _refuse_another_chain(connection: Connection, head: Head, seen: Head) -> None:
    """Raise AuditBrokenError unless the chain goes on from the end that this process has seen."""
    if head.chain != seen.chain or head.seq < seen.seq:
        raise AuditBrokenError(broken(Verdict("cut", min(head.seq, seen.seq) + 1)))
    if seen.seq > head.pruned_seq and connection.execute(_MAC, {"seq": seen.seq}).scalar() != seen.mac:
        raise AuditBrokenError(broken(Verdict("changed", seen.seq)))


def _after(connection: Connection, seq: int | None) -> Iterator[Row]:
    """The rows that follow a number, or all, a page at a time."""
    page = None
    while page is None or len(page) == BATCH:
        page = _page(connection, seq, BATCH)
        yield from page
        seq = page[-1].seq if page else seq


def _page(connection: Connection, after: int | None, most: int) -> list[Row]:
    """So many rows after a number, or the first ones; what is of another type than ours counts as empty."""
    found = connection.execute(_FIRST_ROWS if after is None else _NEXT_ROWS, {"after": after, "most": most}).mappings()
    empty = {"at": 0, "actor": "", "action": "", "subject": "", "command": "", "body": "", "kid": b"", "mac": b""}
    return [
        Row(**{**row, **{name: none for name, none in empty.items() if not isinstance(row[name], type(none))}}) for row in found
    ]


def _values(of: Row | Head) -> dict[str, Any]:
    """What a table keeps, by column."""
    return {name: getattr(of, name) for name in of.__slots__}
