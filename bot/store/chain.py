"""The chain of the audit, as plain values: what a row says, how rows hang together by MACs, and what was done to them.

A row's MAC covers the row before it, and the head, which has a MAC of its own, says how long the chain is. So whoever can
write to the database and has no key can neither change, remove, insert nor move a row unseen. What a head cannot tell is
that an older one was put back with its rows: that takes a witness outside, the anchors.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["changed", "removed", "inserted", "reordered", "cut", "key missing", "head missing", "head changed"]

PURPOSE: Final = "requestlog audit"
"""What the keys of the MACs are derived for, from the keys that seal."""
KEY: Final = "audit.key"
"""The action of the first row under a new key; it names the old one and the new one."""
START: Final = bytes(32)
_VERSION: Final = 1
_ROW: Final = b"requestlog audit 1\n"
_HEAD: Final = b"requestlog audit head 1\n"
_SEQ, _AT, _COMMAND, _ACTOR, _ACTION, _SUBJECT = 2, 3, 5, 6, 7, 8
"""Where a body, which is a JSON array, holds what the columns repeat."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt, as it is recorded: ids and words of ours, nothing that a person wrote.

    Attributes:
        action: what was attempted: ``lookup``, ``decode``, ``share``, ``guard`` …
        subject: of what: a RequestId, or another id.
        actor: the key of the person who tried.
        command: the id of the command that it was part of.
        channel: where it was asked.
        identity: as whom Alibaba Cloud was asked, by the name of the identities file.
        kind: how that identity comes to its rights.
        account: the account asked, where the identity names one.
        session: the name of the role's session.
        upstream: the RequestId of the call to Alibaba Cloud that decided.
        result: one word on how it ended.
        decision: whether what came back was shown, and if not, why.
        detail: what else is worth knowing, JSON values by name.
    """

    action: str
    subject: str = ""
    actor: str = ""
    command: str = ""
    channel: str | None = None
    identity: str | None = None
    kind: str | None = None
    account: str | None = None
    session: str | None = None
    upstream: str | None = None
    result: str | None = None
    decision: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. ``at`` is in microseconds since 1970; ``body`` is all that the MAC covers, the rest repeats it."""

    seq: int
    at: int
    actor: str
    action: str
    subject: str
    command: str
    body: str
    kid: bytes
    mac: bytes

    @property
    def said(self) -> list[Any]:
        """What the body says; empty when somebody left no JSON array there."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            return []
        return said if isinstance(said, list) else []


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends, and where verification begins: after the last row that was pruned. ``kid`` names its key."""

    chain: str
    seq: int
    mac: bytes
    pruned_seq: int
    pruned_mac: bytes
    kid: bytes

    def seal(self, key: bytes) -> bytes:
        """The head's own MAC."""
        said = [self.chain, self.seq, self.mac.hex(), self.pruned_seq, self.pruned_mac.hex(), self.kid.hex()]
        return hmac.digest(key, _HEAD + json.dumps(said).encode("ascii"), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: nothing when ``kind`` is None, else what was done first, and to which row.

    Where a key is missing, ``seq`` is the first row that can be verified.
    """

    kind: Kind | None = None
    seq: int = 0
    head: Head | None = None


def chained(entry: Entry, after: Head, *, at: int, replica: str, kid: bytes, key: bytes) -> Row:
    """The row that follows a head."""
    seq = after.seq + 1
    body = json.dumps(
        [
            *(_VERSION, after.chain, seq, at, replica, entry.command, entry.actor, entry.action, entry.subject, entry.channel),
            *(entry.identity, entry.kind, entry.account, entry.session, entry.upstream, entry.result, entry.decision),
            dict(entry.detail),
        ],
        separators=(",", ":"),
        sort_keys=True,
    )
    return Row(seq, at, entry.actor, entry.action, entry.subject, entry.command, body, kid, mac_of(key, after.mac, body))


def mac_of(key: bytes, previous: bytes, body: str) -> bytes:
    """The MAC of a row by the one before it."""
    return hmac.digest(key, _ROW + previous + body.encode("utf-8", "surrogatepass"), hashlib.sha256)


class Check:
    """Verifies rows as they come, in the order of their numbers, from the one after ``start`` to the head's.

    ``keys`` are by their id. ``anchors`` are MACs (hexadecimal) that rows once had, by number, kept outside the database.
    The first fault is told; by the number of rows, and by what the rest of them says, it is told what was done.
    """

    def __init__(
        self, head: Head, keys: Mapping[bytes, bytes], anchors: Mapping[int, str], start: tuple[int, bytes] | None = None
    ) -> None:
        self._head = head
        self._keys = keys
        self._anchors = anchors
        self._seq, self._mac = start or (head.pruned_seq, head.pruned_mac)
        self._missing = head.seq - self._seq
        self._unverified = 0
        self._kid: bytes | None = None
        self._kind: Kind | None = None
        self._fault: int | None = None
        self._elsewhere = False
        if anchors.get(self._seq, self._mac.hex()) != self._mac.hex():
            self._kind, self._fault = "changed", self._seq

    def add(self, row: Row) -> None:
        """The next row."""
        self._missing -= 1
        if self._fault is not None:
            self._elsewhere = self._elsewhere or row.said[_SEQ : _SEQ + 1] == [self._fault]
        elif row.seq != self._seq + 1:
            self._fault = self._seq + 1
            self._elsewhere = row.said[_SEQ : _SEQ + 1] == [self._fault]
        elif not self._is_under_its_key(row):
            # Where a row that was verified names another key without a word on it, the one before it was altered.
            self._fault = self._seq if self._unverified == self._seq and row.kid in self._keys else row.seq
        elif not self._follows(row):
            self._fault = row.seq
        elif self._anchors.get(row.seq, row.mac.hex()) != row.mac.hex():
            self._kind, self._fault = "changed", row.seq
        else:
            self._seq, self._mac, self._kid = row.seq, row.mac, row.kid

    @property
    def faulty(self) -> bool:
        """Whether a fault was found so far."""
        return self._fault is not None

    def verdict(self) -> Verdict:
        """What was found, once all rows were added."""
        if self._fault is not None:
            return Verdict(self._kind or self._what_was_done(), self._fault, self._head)
        if self._seq < self._head.seq:
            return Verdict("cut", self._seq + 1, self._head)
        if self._mac != self._head.mac or self._kid not in (None, self._head.kid):
            return Verdict("changed", self._seq, self._head)
        if max(self._anchors, default=0) > self._head.seq:
            return Verdict("cut", self._head.seq + 1, self._head)
        if self._unverified:
            return Verdict("key missing", self._unverified + 1, self._head)
        return Verdict(head=self._head)

    def _is_under_its_key(self, row: Row) -> bool:
        """Whether a row's key is that of the row before it, or the one that took its place by the row's own word."""
        if self._kid in (None, row.kid):
            return True
        detail = row.said[-1] if row.action == KEY and row.said else None
        return detail == {"old": (self._kid or b"").hex(), "new": row.kid.hex()}

    def _follows(self, row: Row) -> bool:
        """Whether a row is the next one, as far as its key is here to tell."""
        said = row.said
        if row.seq > self._head.seq or len(said) <= _SUBJECT:
            return False
        if said[:2] != [_VERSION, self._head.chain] or said[_SEQ] != row.seq:
            return False
        repeated = (said[_AT], said[_COMMAND], said[_ACTOR], said[_ACTION], said[_SUBJECT])
        if repeated != (row.at, row.command, row.actor, row.action, row.subject):
            return False
        if row.kid not in self._keys:
            self._unverified = row.seq
            return True
        return hmac.compare_digest(mac_of(self._keys[row.kid], self._mac, row.body), row.mac)

    def _what_was_done(self) -> Kind:
        if self._missing:
            return "removed" if self._missing > 0 else "inserted"
        return "reordered" if self._elsewhere else "changed"


def broken(verdict: Verdict) -> str:
    """The sentence on a chain that is not intact."""
    said = {
        "head missing": "its head is missing",
        "head changed": "its head was changed",
        "key missing": f"a key is missing, so it cannot be verified before row {verdict.seq}",
        "cut": f"it was cut: row {verdict.seq} and what followed are gone",
        "removed": f"row {verdict.seq} was removed",
        "inserted": f"a row was inserted at {verdict.seq}",
        "reordered": f"rows were reordered, the first is {verdict.seq}",
        "changed": f"row {verdict.seq} was changed",
    }
    return f"The audit is not intact: {said[verdict.kind or 'changed']}."
