"""The chain by itself, in memory: whatever is done to rows anywhere in it is found, and called what it is."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from bot.store.chain import START, Check, Entry, Head, Row, Verdict, chained, mac_of
from tests.assurance.audit import (
    KEY,
    KID,
    LENGTH,
    Deed,
    chain,
    flipped,
    found,
    inserted,
    removed,
    shuffled,
    swapped,
    truncated,
    under_an_old_key,
)

ENTRY = Entry("lookup", "ID", "/T/U", "c", "C1", "prod", "broker", "1", "s", "UP", "found", "shown", {"b": 1, "a": "é"})
EMPTY = Head("chain", 6, START, 2, START, KID)


@pytest.mark.parametrize(
    ("deed", "kinds"),
    [
        (flipped, {"changed"}),
        (removed, {"removed", "cut"}),
        (truncated, {"cut"}),
        (inserted, {"inserted"}),
        (swapped, {"reordered"}),
        (shuffled, {"reordered"}),
        (under_an_old_key, {"changed"}),
    ],
)
def test_what_is_done_at_random_is_found_and_called_what_it_is(deed: Deed, kinds: set[str]) -> None:
    chance = random.Random(11)
    assert {found(deed, chance) for _ in range(40)} == kinds


def test_a_row_is_the_array_that_the_docs_describe_under_the_mac_of_the_one_before() -> None:
    row = chained(ENTRY, EMPTY, at=5, replica="one", kid=KID, key=KEY)
    assert row.body == (
        '[1,"chain",7,5,"one","c","/T/U","lookup","ID","C1","prod","broker","1","s","UP","found","shown",{"a":"\\u00e9","b":1}]'
    )
    assert (row.seq, row.at, row.actor, row.action, row.subject, row.command) == (7, 5, "/T/U", "lookup", "ID", "c")
    assert (row.kid, row.mac) == (KID, mac_of(KEY, START, row.body))
    assert mac_of(KEY, b"x" * 32, row.body) != row.mac


@pytest.mark.parametrize("column", ["chain", "seq", "mac", "pruned_seq", "pruned_mac", "kid"])
def test_the_head_is_sealed_whole(column: str) -> None:
    value = getattr(EMPTY, column)
    changed: dict[str, Any] = {column: value + 1 if isinstance(value, int) else value + value[:1]}
    assert replace(EMPTY, **changed).seal(KEY) != EMPTY.seal(KEY)
    assert EMPTY.seal(b"x" * 32) != EMPTY.seal(KEY)


def checked(head: Head, rows: list[Row], anchors: dict[int, str] | None = None, start: int = 0) -> Verdict:
    check = Check(head, {KID: KEY}, anchors or {}, (start, rows[start - 1].mac) if start else None)
    for row in rows[start:]:
        check.add(row)
    return check.verdict()


def test_each_column_and_each_part_of_a_body_counts() -> None:
    head, rows = chain()
    others: dict[str, Any] = {"at": 99, "actor": "x", "action": "x", "subject": "x", "command": "x"}
    for column, other in others.items():
        changed = [replace(row, **{column: other}) if row.seq == 3 else row for row in rows]
        assert checked(head, changed) == Verdict("changed", 3, head)
    for place in range(17):
        body = json.loads(rows[2].body)
        body[place] = "x"
        forged = json.dumps(body, separators=(",", ":"))
        # Even with the key, what the columns repeat, the version, the chain and the number have to be right.
        told = replace(rows[2], body=forged, mac=mac_of(KEY, rows[1].mac, forged))
        found_there = checked(head, [*rows[:2], told, *rows[3:]])
        assert found_there == Verdict("changed", 3 if place in {0, 1, 2, 3, 5, 6, 7, 8} else 4, head)


def test_the_end_and_the_anchors() -> None:
    head, rows = chain()
    macs = {row.seq: row.mac.hex() for row in rows}
    assert checked(head, rows, macs) == Verdict(head=head)
    assert checked(head, rows, macs, start=20) == Verdict(head=head)
    assert checked(head, rows, {20: "00"}, start=20) == Verdict("changed", 20, head)
    assert checked(head, rows, {21: "00"}, start=20) == Verdict("changed", 21, head)
    assert checked(head, rows, {19: "00"}, start=20) == Verdict(head=head)
    assert checked(head, rows, {LENGTH + 1: "00"}) == Verdict("cut", LENGTH + 1, head)
    assert checked(head, rows[:-1]) == Verdict("cut", LENGTH, head)
    assert checked(replace(head, mac=START), rows) == Verdict("changed", LENGTH, replace(head, mac=START))
    old = [replace(row, kid=b"old!") if row.seq in {3, 5} else row for row in rows]
    assert checked(head, old) == Verdict("changed", 3, head)
    assert checked(replace(head, seq=LENGTH - 1), rows) == Verdict("inserted", LENGTH, replace(head, seq=LENGTH - 1))
    moved = [replace(row, subject="x") if row.seq == 5 else row for row in rows]
    assert not Check(head, {KID: KEY}, {}).faulty
    assert checked(head, moved, start=5).kind is None


def rotated(old: bytes, said: Mapping[str, str] = MappingProxyType({})) -> tuple[Head, list[Row]]:
    """A chain of six rows: two under a key that is not here, then one that tells of the new key, and two more."""
    head, rows = Head("chain", 0, START, 0, START, KID), []
    news = Entry("audit.key", old.hex(), detail={"old": old.hex(), "new": KID.hex(), **said})
    for number, entry in enumerate((ENTRY, ENTRY, news, ENTRY, ENTRY, ENTRY)):
        kid, key = (old, b"o" * 32) if number < 2 else (KID, KEY)
        row = chained(entry, head, at=number, replica="one", kid=kid, key=key)
        head = replace(head, seq=row.seq, mac=row.mac)
        rows.append(row)
    return head, rows


def test_a_key_that_is_missing_is_one_that_gave_way_by_the_chains_own_word() -> None:
    """Else whoever writes an unknown key's name to a row would have it taken for a key that was lost."""
    head, rows = rotated(b"old!")
    assert checked(head, rows) == Verdict("key missing", 3, head)
    for place in range(6):
        other = [replace(row, kid=b"bad!") if number == place else row for number, row in enumerate(rows)]
        assert checked(head, other) == Verdict("changed", max(place + 1, 2) if place < 2 else place + 1, head)
    both = [replace(row, kid=b"bad!") if row.seq < 3 else row for row in rows]
    assert checked(head, both) == Verdict("changed", 2, head)
    assert checked(*rotated(b"old!", {"new": "00"})).kind == "changed"
    assert checked(*rotated(b"old!", {"old": "00"})).kind == "changed"


def test_a_single_row_is_under_the_heads_key() -> None:
    row = chained(ENTRY, Head("chain", 0, START, 0, START, KID), at=1, replica="one", kid=KID, key=KEY)
    head = Head("chain", 1, row.mac, 0, START, KID)
    assert checked(head, [row]) == Verdict(head=head)
    assert checked(head, [replace(row, kid=b"bad!")]) == Verdict("changed", 1, head)
