"""G16 and G19: whatever somebody without a key does to the audit is found, and nothing that is done makes anybody crash."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.store.chain import START, Check, Entry, Head, Row, chained
from tests.assurance.figures import Result, figure, suite
from tests.postgres import fresh_database
from tests.store.test_audit_replicas import rotated_under_writers, written_by_four

KID, KEY = b"kid1", bytes(range(32))
LENGTH: Final = 60

Deed = Callable[[random.Random, list[Row]], list[Row]]


def chain() -> tuple[Head, list[Row]]:
    """A chain as it is written, in memory."""
    head, rows = Head("chain", 0, START, 0, START, KID), []
    for number in range(LENGTH):
        entry = Entry("lookup", f"ID-{number}", "/T/U", f"command {number}", result="found")
        row = chained(entry, head, at=number, replica="one", kid=KID, key=KEY)
        head = replace(head, seq=row.seq, mac=row.mac)
        rows.append(row)
    return head, rows


def flipped(chance: random.Random, rows: list[Row]) -> list[Row]:
    """One bit of one column."""
    place = chance.randrange(LENGTH)
    column = chance.choice(["at", "actor", "action", "subject", "command", "body", "kid", "mac"])
    value = getattr(rows[place], column)
    other: Any
    if isinstance(value, int):
        other = value ^ (1 << chance.randrange(40))
    elif isinstance(value, bytes):
        spot = chance.randrange(len(value))
        other = value[:spot] + bytes([value[spot] ^ (1 << chance.randrange(8))]) + value[spot + 1 :]
    else:
        spot = chance.randrange(len(value))
        other = value[:spot] + chr(ord(value[spot]) ^ (1 << chance.randrange(5))) + value[spot + 1 :]
    return [replace(row, **{column: other}) if number == place else row for number, row in enumerate(rows)]


def removed(chance: random.Random, rows: list[Row]) -> list[Row]:
    """Some rows gone, with the gap or with the rest moved up."""
    first = chance.randrange(LENGTH)
    left = rows[:first] + rows[first + chance.randint(1, 5) :]
    return numbered(left) if chance.random() < 0.5 else left


def truncated(chance: random.Random, rows: list[Row]) -> list[Row]:
    """The end gone."""
    return rows[: chance.randrange(LENGTH)]


def inserted(chance: random.Random, rows: list[Row]) -> list[Row]:
    """A row of the chain once more, or a made-up one, anywhere."""
    place, like = chance.randint(0, LENGTH), chance.choice(rows)
    before = Head("chain", place, START, 0, START, KID)
    made_up = chained(Entry("lookup", "forged"), before, at=1, replica="x", kid=KID, key=b"x" * 32)
    return numbered([*rows[:place], chance.choice([like, made_up]), *rows[place:]])


def swapped(chance: random.Random, rows: list[Row]) -> list[Row]:
    """Two rows in each other's place."""
    one, other = sorted(chance.sample(range(LENGTH), 2))
    changed = rows[:]
    changed[one], changed[other] = rows[other], rows[one]
    return numbered(changed)


def shuffled(chance: random.Random, rows: list[Row]) -> list[Row]:
    """A row moved to another place."""
    start, end = chance.sample(range(LENGTH), 2)
    changed = rows[:]
    changed.insert(end, changed.pop(start))
    return numbered(changed)


def under_an_old_key(chance: random.Random, rows: list[Row]) -> list[Row]:
    """A row signed with a key that is not in use here."""
    place = chance.randrange(LENGTH)
    return [replace(row, kid=b"old!") if number == place else row for number, row in enumerate(rows)]


def numbered(rows: list[Row]) -> list[Row]:
    return [replace(row, seq=number) for number, row in enumerate(rows, 1)]


def found(deed: Deed, chance: random.Random) -> str:
    """What verification says after a deed."""
    head, rows = chain()
    check = Check(head, {KID: KEY}, {})
    for row in deed(chance, rows):
        check.add(row)
    return check.verdict().kind or "nothing"


def _of(deeds: tuple[Deed, ...], times: int) -> Result:
    chance = random.Random(20261128)
    told = Counter((deed.__name__, found(deed, chance)) for deed in deeds for _ in range(times))
    missed = sum(count for (_, kind), count in told.items() if kind == "nothing")
    names = ", ".join(deed.__name__ for deed in deeds)
    return Result(held=missed == 0, said=f"{sum(told.values())} deeds ({names}), {missed} not found")


@figure("G16", "audit rows flipped, truncated, under an old key, at random")
def altered(long: bool) -> Result:
    """Nothing of it passes, and nothing crashes."""
    return _of((flipped, truncated, under_an_old_key), 10_000 if long else 500)


@figure("G19", "audit rows removed, inserted, swapped, moved, at random")
def moved(long: bool) -> Result:
    """Each is found."""
    return _of((removed, inserted, swapped, shuffled), 10_000 if long else 500)


@figure("G19", "four replicas on PostgreSQL write one chain, one is killed")
def replicas(long: bool) -> Result:
    """The chain is whole, and each durable row stands in it once."""
    with tempfile.TemporaryDirectory() as folder:
        said, rows = written_by_four(fresh_database(), Path(folder) / "key", 2500 if long else 250)
    held = said <= rows.keys() and set(rows.values()) == {1}
    return Result(
        held=held,
        said=f"{len(said)} rows were said to be durable, {len(said - rows.keys())} of them missing, {len(rows)} in the chain",
    )


@figure("G16", "a new key under 50 writers (100 in the long form) on two replicas")
def rotation(long: bool) -> Result:
    """Nobody is refused, and all verifies."""
    with tempfile.TemporaryDirectory() as folder:
        actions = rotated_under_writers(fresh_database(), Path(folder) / "key", 100 if long else 50)
    said = f"{actions['lookup']} rows, none refused, {actions['audit.key']} change of key"
    return Result(held=actions["audit.key"] == 1, said=said)


suite("G16", "store/test_sealing.py", "store/test_rotation.py")
suite("G19", "store/test_audit.py", "store/test_audit_over_time.py", "store/test_witness.py", "scenarios/test_audit.py")
