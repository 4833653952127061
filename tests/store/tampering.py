"""What somebody who can write to the database, and has no key, may do to the audit; and what is found then."""

from typing import Final

from sqlalchemy import create_engine, text

ROWS: Final = 12
"""How many rows there are before anything is done: audit.began and eleven look-ups."""

_SWAP: Final = (
    "UPDATE audit SET seq = 1000 WHERE seq = 4",
    "UPDATE audit SET seq = 4 WHERE seq = 7",
    "UPDATE audit SET seq = 7 WHERE seq = 1000",
)
_COPY: Final = (
    "INSERT INTO audit (seq, at, actor, action, subject, command, body, kid, mac) "
    "SELECT {seq}, at, actor, action, subject, command, body, kid, mac FROM audit WHERE seq = {of}"
)
#: Numbers are moved past all others and back, or two rows would have the same for a moment.
_UP_FROM_6: Final = ("UPDATE audit SET seq = seq + 1001 WHERE seq >= 6", "UPDATE audit SET seq = seq - 1000 WHERE seq > 1000")

DEEDS: Final[dict[str, tuple[tuple[str, ...], str, int]]] = {
    "a subject": (("UPDATE audit SET subject = 'x' WHERE seq = 3",), "changed", 3),
    "an actor": (("UPDATE audit SET actor = '/T/mallory' WHERE seq = 3",), "changed", 3),
    "an action": (("UPDATE audit SET action = 'help' WHERE seq = 3",), "changed", 3),
    "a time": (("UPDATE audit SET at = at + 1 WHERE seq = 3",), "changed", 3),
    "a command": (("UPDATE audit SET command = 'x' WHERE seq = 3",), "changed", 3),
    "a body": (("UPDATE audit SET body = replace(body, 'found', 'foumd') WHERE seq = 3",), "changed", 3),
    "a body that is none": (("UPDATE audit SET body = 'x' WHERE seq = 3",), "changed", 3),
    "a body of another shape": (("UPDATE audit SET body = '{}' WHERE seq = 3",), "changed", 3),
    "a short body": (("UPDATE audit SET body = '[1]' WHERE seq = 3",), "changed", 3),
    "a body too deep to read": (("UPDATE audit SET body = '" + "[" * 100_000 + "' WHERE seq = 3",), "changed", 3),
    "a body of another version": (("UPDATE audit SET body = '[2' || substr(body, 3) WHERE seq = 3",), "changed", 3),
    "a MAC": (("UPDATE audit SET mac = kid WHERE seq = 3",), "changed", 3),
    "the last row": (("UPDATE audit SET subject = 'x' WHERE seq = 12",), "changed", ROWS),
    "the first row": (("UPDATE audit SET subject = 'x' WHERE seq = 1",), "changed", 1),
    "a row removed": (("DELETE FROM audit WHERE seq = 6",), "removed", 6),
    "the first row removed": (("DELETE FROM audit WHERE seq = 1",), "removed", 1),
    "a row removed and the gap closed": (
        (
            "DELETE FROM audit WHERE seq = 6",
            "UPDATE audit SET seq = seq + 1000 WHERE seq > 6",
            "UPDATE audit SET seq = seq - 1001 WHERE seq > 1000",
        ),
        "removed",
        6,
    ),
    "all rows removed": (("DELETE FROM audit",), "cut", 1),
    "the last row removed": (("DELETE FROM audit WHERE seq = 12",), "cut", ROWS),
    "the last rows removed": (("DELETE FROM audit WHERE seq > 8",), "cut", 9),
    "two rows swapped": (_SWAP, "reordered", 4),
    "a row moved to the end": (("UPDATE audit SET seq = 13 WHERE seq = 4",), "reordered", 4),
    "a row inserted after the last": ((_COPY.format(seq=ROWS + 1, of=3),), "inserted", ROWS + 1),
    "a row inserted between others": ((*_UP_FROM_6, _COPY.format(seq=6, of=3)), "inserted", 6),
    "a row inserted before the first": ((_COPY.format(seq=0, of=3),), "inserted", 1),
    "a row inserted below all numbers": ((_COPY.format(seq=-(2**63), of=3),), "inserted", 1),
    "the head removed": (("DELETE FROM audit_head",), "head missing", 0),
    "the head set back": (("UPDATE audit_head SET seq = 5",), "head changed", 0),
    "the head said to be pruned": (("UPDATE audit_head SET pruned_seq = 5",), "head changed", 0),
    "a second head": (
        ("INSERT INTO audit_head SELECT 'x', seq, mac, pruned_seq, pruned_mac, kid, seal FROM audit_head",),
        "head changed",
        0,
    ),
    "a key that nobody has": (("UPDATE audit SET kid = mac WHERE seq = 3",), "changed", 3),
    "a head's key before all others": (("UPDATE audit_head SET kid = pruned_mac",), "head changed", 0),
    "all rows removed and the head set back": (("DELETE FROM audit", "UPDATE audit_head SET seq = 5"), "head changed", 0),
    "the last row's key and MAC": (("UPDATE audit SET kid = mac, mac = kid WHERE seq = 12",), "changed", 12),
    "a head's key that nobody has": (("UPDATE audit_head SET kid = mac",), "head changed", 0),
}
"""By name: the statements, and the kind and first row of what they did."""

ODD: Final[dict[str, tuple[str, str, int]]] = {
    "a MAC that is text": ("UPDATE audit SET mac = 'x' WHERE seq = 3", "changed", 3),
    "a time that is text": ("UPDATE audit SET at = 'x' WHERE seq = 3", "changed", 3),
    "a body that is bytes": ("UPDATE audit SET body = x'00' WHERE seq = 3", "changed", 3),
    "a number that is text": ("UPDATE audit SET seq = 'x' WHERE seq = 3", "reordered", 3),
    "a head's MAC that is text": ("UPDATE audit_head SET mac = 'x'", "head changed", 0),
    "a head's number that is text": ("UPDATE audit_head SET seq = 'x'", "head changed", 0),
}
"""What only SQLite lets be written, whose columns hold any type."""


def tamper(url: str, *statements: str) -> None:
    """Change the database as somebody else would, past the bot."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
