"""The audit: a row for each attempt, durable before its answer leaves, in one chain for all replicas (``chain``).

Rows are appended in the transaction that the group of writes shares, after everything else in it: the head is the last lock
that is taken, so replicas wait for each other and never in a circle.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store.chain import KEY, PURPOSE, START, Check, Entry, Head, Row, Verdict, broken, chained
from bot.store.database import Database, Write, nothing
from bot.store.errors import AuditBrokenError, StoreUnavailableError
from bot.store.sealing import Keyring
from bot.store.tables import AUDIT, AUDIT_HEAD, insert_if_new, stamp
from bot.store.verification import BATCH, LAST, Witness, head_of, page, verify

_LOG: Final = structlog.get_logger("bot.store")
_ANCHOR_EVERY: Final = 1000
_BEGAN, _PRUNED = "audit.began", "audit.pruned"

_GAVE_WAY: Final = select(AUDIT.c.action).where(AUDIT.c.action == KEY, AUDIT.c.subject == bindparam("old")).limit(1)
# Made once: building a statement costs more than running it.
_MAC: Final = select(AUDIT.c.mac).where(AUDIT.c.seq == bindparam("seq"))
_INSERT: Final = insert(AUDIT)
_UPDATE: Final = update(AUDIT_HEAD)
_PRUNE: Final = delete(AUDIT).where(AUDIT.c.seq <= bindparam("upto"))


class Audit:
    """Records attempts for one replica. Make it once a database: from then on the database appends through it.

    ``clock`` gives aware times.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        replica: str,
        clock: Callable[[], datetime],
        witness: Witness | None = None,
    ) -> None:
        """Begin the chain where there is none, and verify its end, with what ``witness`` knows of it.

        Raises:
            AuditBrokenError: the head or one of the last rows is not what it was.
            StoreUnavailableError: the database cannot be used.
        """
        self._database = database
        self._keyring = keyring
        self._replica = replica
        self._clock = clock
        self._witness = witness
        self._refused = False
        self._lock = threading.Lock()
        self._anchored = 0
        anchors = witness.anchors() if witness else {}
        verdict = verify(database, keyring, last=LAST, anchors=anchors)
        if verdict == Verdict():
            database.write(self._begin)
            verdict = verify(database, keyring, last=LAST)
        if verdict.kind is not None or verdict.head is None:
            put_back = f" If an older copy was put back on purpose, delete {witness.path}." if witness and anchors else ""
            raise AuditBrokenError(broken(verdict) + put_back)
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
        """Tell the log and the witness where the chain ends, if it moved since the last time."""
        with self._lock:
            head, before = self._seen, self._anchored
            self._anchored = head.seq
        if head.seq != before:
            _LOG.info("audit_head", seq=head.seq, mac=head.mac.hex())
            if self._witness:
                self._witness.note(head)

    def look_after(self) -> None:
        """What is due every few seconds: the anchor, and a look at the key file."""
        self.anchor()
        self._keyring.refresh()

    def prune(self, kept_for: timedelta, pause: Callable[[], object] = lambda: None) -> int:
        """Forget rows of longer ago; how many. A chain that does not verify loses none, for it is evidence.

        ``pause`` is called between batches. Raises StoreUnavailableError.
        """
        before, pruned = stamp(self._clock() - kept_for), 0
        while count := self._prune(before):
            pruned += count
            pause()
        return pruned

    def _prune(self, before: int) -> int:
        """One batch: those rows from the oldest on that are all older, and follow each other as they should."""

        def oldest(connection: Connection) -> Row | None:
            head, last = head_of(connection, self._keys), None
            if isinstance(head, Verdict):
                return None
            check = Check(head, self._keys, {})
            for row in page(connection, None, BATCH):
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
        head = head_of(connection, keys, locked=True)
        if isinstance(head, Verdict) and head.kind == "key missing" and self._keyring.refresh():
            keys = self._keys
            head = head_of(connection, keys, locked=True)
        if isinstance(head, Verdict):
            raise AuditBrokenError(broken(head))
        if head != seen:
            _refuse_another_chain(connection, head, seen)
        kid = self._key_for(connection, head, next(iter(keys)))
        if kid != head.kid:
            entries = [Entry(KEY, head.kid.hex(), detail={"old": head.kid.hex(), "new": kid.hex()}), *entries]
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


def _refuse_another_chain(connection: Connection, head: Head, seen: Head) -> None:
    """Raise AuditBrokenError unless the chain goes on from the end that this process has seen."""
    if head.chain != seen.chain or head.seq < seen.seq:
        raise AuditBrokenError(broken(Verdict("cut", min(head.seq, seen.seq) + 1)))
    if seen.seq > head.pruned_seq and connection.execute(_MAC, {"seq": seen.seq}).scalar() != seen.mac:
        raise AuditBrokenError(broken(Verdict("changed", seen.seq)))


def _values(of: Row | Head) -> dict[str, Any]:
    """What a table keeps, by column."""
    return {name: getattr(of, name) for name in of.__slots__}
