"""A new sealing key, in two steps that no running bot stumbles over, and the end of an old one.

First the new key is added behind the others: from then on everybody can open what it seals. A minute later, when every running
bot has read the file again, it is put first and seals. What the old one sealed is sealed anew; what the audit recorded under it
can be verified only with it, so it stays as long as there are such rows.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, Table, func, select, update

from bot.identity.person import Person
from bot.store.database import Database
from bot.store.errors import SealError
from bot.store.sealing import HEAD_BYTES, Keyring, draft_of, ids_in, new_key
from bot.store.tables import AUDIT, AUDIT_HEAD, COMMANDS, LOOKUPS, PERMISSION_REQUESTS, PREFERENCES, SUMMARIES

READ_WITHIN: Final = timedelta(seconds=60)
"""How long every running bot is given to read a changed key file."""
_KEPT: Final[tuple[tuple[Table, str, tuple[str, ...]], ...]] = (
    (PREFERENCES, "preferences", ()),
    (LOOKUPS, "lookup", ("request",)),
    (SUMMARIES, "summary", ("channel",)),
    (PERMISSION_REQUESTS, "permission request", ("id", "asked_at")),
)
"""What stays sealed for long: the table, the kind, and the columns that a value is bound to beside its owner."""
_ADDED: Final = re.compile(r"^# added (\S+)\n(\S+)\n", re.MULTILINE)


def rotate(path: Path, now: datetime) -> str:
    """Do the step that is due, making the file when there is none; gives the sentence on what was done.

    Raises SealError when the file is unfit, or it is too early for the second step; OSError when it cannot be written.
    """
    Keyring.from_file(path)
    text = path.read_text("ascii")
    pending = _ADDED.search(text)
    if pending is None:
        draft_of(path, f"{text.rstrip()}\n# added {now.isoformat(timespec='seconds')}\n{new_key()}\n").replace(path)
        return "A new key was added: it opens, and the old one still seals. Run this again in a minute; then the new one seals."
    _wait_until(datetime.fromisoformat(pending[1]) + READ_WITHIN, now)
    draft_of(path, f"{pending[2]}\n{text[: pending.start()]}{text[pending.end() :]}").replace(path)
    return (
        "The new key seals from now on; the older ones still open what they sealed. "
        "`requestlog keys retire` takes those away that nothing needs any more."
    )


def retire(path: Path, database: Database, keyring: Keyring, now: datetime) -> str:
    """Take the keys away that nothing needs; gives the sentence on what was done.

    Raises:
        SealError: each of the older keys is still needed, or some bot may still seal with one.
        StoreUnavailableError: the database cannot be used.
        OSError: the file cannot be written.
    """
    _wait_until(datetime.fromtimestamp(path.stat().st_mtime, UTC) + READ_WITHIN, now)
    text = path.read_text("ascii")
    if _ADDED.search(text):
        message = "A new key was added and does not seal yet: run `requestlog keys rotate` first."
        raise SealError(message)
    needs = still_needed(database, keyring)
    words = text.replace(",", " ").split()
    kept = [word for word in words if needs[ids_in(word)[0]]]
    needed = " ".join(f"Key {name.hex()} is still needed: {why}." for name, why in [*needs.items()][1:] if why)
    if kept == words:
        raise SealError(needed or "There is one key alone, and it seals.")
    draft_of(path, "\n".join([*kept, ""])).replace(path)
    return f"Keys taken away: {len(words) - len(kept)}. {needed}".strip()


def still_needed(database: Database, keyring: Keyring) -> dict[bytes, str]:
    """By the id of each key what needs it, in words, after what can be sealed anew was; empty for nothing.

    Raises StoreUnavailableError.
    """
    database.write(lambda connection: _seal_anew(connection, keyring))
    first, *older = (head[1:] for head in keyring.heads)

    def work(connection: Connection) -> dict[bytes, str]:
        return {first: "it seals"} | {name: _needs(connection, name) for name in older}

    return database.snapshot(work)


def _needs(connection: Connection, name: bytes) -> str:
    """What a key still has to open or to verify."""
    rows = select(func.count(), func.max(AUDIT.c.seq)).where(AUDIT.c.kid == name)
    audited, last = connection.execute(rows).one()
    heads = connection.execute(select(func.count()).select_from(AUDIT_HEAD).where(AUDIT_HEAD.c.kid == name)).scalar() or 0
    found = {
        f"rows of the audit, up to {last}": audited,
        "head of the audit": heads,
        "commands that wait": _sealed_by(connection, COMMANDS.c.payload, name),
        "preferences": _sealed_by(connection, PREFERENCES.c.sealed, name),
        "look-ups": _sealed_by(connection, LOOKUPS.c.sealed, name),
        "summaries": _sealed_by(connection, SUMMARIES.c.sealed, name),
        "permission requests": _sealed_by(connection, PERMISSION_REQUESTS.c.sealed, name),
    }
    return ", ".join(f"{count} {what}" for what, count in found.items() if count)


def _sealed_by(connection: Connection, column: Column[bytes], name: bytes) -> int:
    rows = select(func.count()).where(func.substr(column, 2, HEAD_BYTES - 1) == name)
    return connection.execute(rows).scalar() or 0


def _seal_anew(connection: Connection, keyring: Keyring) -> None:
    """Seal with the first key what an older one sealed and people keep for long; what does not open stays as it is."""
    first = keyring.heads[0]
    for table, kind, bound in _KEPT:
        others = select(table).where(func.substr(table.c.sealed, 1, HEAD_BYTES) != first)
        for row in connection.execute(others).mappings().all():
            owner = (*Person.from_key(row["owner"]).ids, *(str(row[name]) for name in bound))
            with suppress(SealError):
                sealed = keyring.seal(keyring.unseal(row["sealed"], kind=kind, owner=owner), kind=kind, owner=owner)
                connection.execute(update(table).where(table.c.sealed == row["sealed"]).values(sealed=sealed))


def _wait_until(then: datetime, now: datetime) -> None:
    if now < then:
        seconds = (then - now).total_seconds()
        message = f"Every running bot is given a minute to read the key file first: run this again in {seconds:.0f} s."
        raise SealError(message)
