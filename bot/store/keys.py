"""The keys of an installation, held against the database that they are to open, before anything is sealed with them."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, union_all

from bot.store.database import Database
from bot.store.errors import SealError, WrongKeyError
from bot.store.sealing import Keyring
from bot.store.statements import insert_if_new, insert_or_replace
from bot.store.tables import COMMANDS, LOOKUPS, PERMISSION_REQUESTS, PREFERENCES, SEALING

HEAD_BYTES: Final = 5
_NAME: Final = "check"
_SEALED: Final = (PREFERENCES.c.sealed, LOOKUPS.c.sealed, PERMISSION_REQUESTS.c.sealed, COMMANDS.c.payload)


def open_keyring(database: Database, text: str | None, file: Path) -> Keyring:
    """The keys in ``text``, else in ``file``, which is made when neither it nor anything sealed is there.

    Raises:
        SealError: the keys are unfit, or the file is missing beside what it sealed.
        WrongKeyError: the database was written with another key.
        StoreUnavailableError: the database cannot be used.
    """
    heads = database.read(_heads)
    if not text and heads and not file.exists():
        message = (
            f"The key file {file} is missing, and the database was written with it. Put it back, or set REQUESTLOG_KEY to what "
            "it held. If it is lost for good, move the database away as well: nobody can read what it seals."
        )
        raise SealError(message)
    keyring = Keyring.from_text(text) if text else Keyring.from_file(file)
    row = {"name": _NAME, "sealed": keyring.seal(b"", kind=_NAME, owner=())}
    if not heads:
        database.write(lambda connection: insert_if_new(connection, SEALING, row))
        heads = database.read(_heads)  # another replica may have been first, with another key
    if not any(head in keyring.heads for head in heads):
        named = "REQUESTLOG_KEY" if text else f"the key file {file}"
        message = (
            f"The database was written with another key than {named} holds. Every replica needs the same REQUESTLOG_KEY; "
            "when a new key is put first, the older ones stay behind it."
        )
        raise WrongKeyError(message)
    database.write(lambda connection: insert_or_replace(connection, SEALING, row))
    return keyring


def _heads(connection: Connection) -> list[bytes]:
    """How what is sealed begins, which tells its key: the check value, or what was sealed before there was one."""
    if check := connection.execute(select(SEALING.c.sealed)).scalar():
        return [check[:HEAD_BYTES]]
    # One of each table: an installation has one key, and two while it changes.
    firsts = [
        select(func.substr(column, 1, HEAD_BYTES)).where(func.length(column) > 0).limit(1).subquery() for column in _SEALED
    ]
    return list(connection.execute(union_all(*(select(first) for first in firsts))).scalars())
