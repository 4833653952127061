"""Sealing what people wrote before it goes to a database: AES-256-GCM, bound to its owner.

A sealed value is: one byte of format, four bytes of key id, twelve bytes of nonce, ciphertext and tag. The associated
data is the kind of value and the ids of its owner, so a row that was moved to another owner does not open. (Fernet has no
associated data: swapped rows open there, unnoticed.)
"""

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, func, select, union_all

from bot.store.database import Database
from bot.store.errors import SealError, WrongKeyError
from bot.store.tables import COMMANDS, LOOKUPS, PERMISSION_REQUESTS, PREFERENCES, SEALING, insert_if_new, insert_or_replace

KEY_BYTES: Final = 32
_FORMAT: Final = b"\x01"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = 1 + _ID_BYTES + _NONCE_BYTES
_TAG_BYTES: Final = 16
_LOG: Final = structlog.get_logger("bot.store")
HEAD_BYTES: Final = 5
_NAME: Final = "check"
_SEALED: Final = (PREFERENCES.c.sealed, LOOKUPS.c.sealed, PERMISSION_REQUESTS.c.sealed, COMMANDS.c.payload)


class Keyring:
    """The keys of this installation: the first one seals, every one opens.

    To rotate, add a new key behind the old one, then put it first, and keep the old one while anything needs it.
    """

    __slots__ = ("_ciphers", "_file", "_keys", "_subkeys")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take keys of 32 bytes. Raises SealError when there is none, or one of another length."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            message = f"A sealing key has {KEY_BYTES} bytes, and at least one is needed."
            raise SealError(message)
        self._file: tuple[Path, float] | None = None
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._keys = {key_id(key): key for key in keys}
        self._subkeys: dict[str, dict[bytes, bytes]] = {}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Keys as text: base64 (either alphabet), separated by white space or commas; # begins a comment. Raises SealError."""
        return cls(_keys_in(text))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Keys from a file that only its owner can read; made with one new key when there is none.

        Raises SealError when others could read the file, when it holds no keys, or when it can be neither read nor made.
        """
        if not path.exists():
            with _told_of(path):
                _make(path)
        keys, written_at = _read(path)
        keyring = cls(keys)
        keyring._file = path, written_at
        return keyring

    def refresh(self) -> bool:
        """Read the key file again if it is another one than was read; whether it was. One that cannot be used is none."""
        if self._file is None:
            return False
        path, known = self._file
        try:
            if path.stat().st_mtime == known:
                return False
            keys, written_at = _read(path)
            Keyring(keys)
        except (OSError, SealError) as error:
            _LOG.error("key_file_not_read", error=str(error))
            return False
        self._file = path, written_at
        self._take(keys)
        _LOG.info("keys_read", keys=[each.hex() for each in self._keys])
        return True

    def seal(self, value: bytes, *, kind: str, owner: Sequence[str]) -> bytes:
        """Seal a value with the first key, for one owner (ids, outermost first)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        first, cipher = next(iter(self._ciphers.items()))
        return _FORMAT + first + nonce + cipher.encrypt(nonce, value, _binding(kind, owner))

    def unseal(self, sealed: bytes, *, kind: str, owner: Sequence[str]) -> bytes:
        """Open what ``seal`` made for the same kind and owner. Raises SealError for everything else."""
        cipher = self._ciphers.get(sealed[1 : 1 + _ID_BYTES])
        if cipher is None and self.refresh():
            cipher = self._ciphers.get(sealed[1 : 1 + _ID_BYTES])
        if len(sealed) < _HEAD_BYTES + _TAG_BYTES or sealed[:1] != _FORMAT:
            message = f"A sealed {kind} is broken."
            raise SealError(message)
        if cipher is None:
            message = f"A sealed {kind} has another key."
            raise WrongKeyError(message)
        try:
            return cipher.decrypt(sealed[1 + _ID_BYTES : _HEAD_BYTES], sealed[_HEAD_BYTES:], _binding(kind, owner))
        except InvalidTag:
            message = f"A sealed {kind} was altered, or belongs to another owner."
            raise SealError(message) from None

    def subkeys(self, purpose: str) -> dict[bytes, bytes]:
        """Keys for another purpose than sealing, by the ids of the keys they are derived from; the first is in use."""
        if purpose not in self._subkeys:
            self._subkeys[purpose] = {
                name: HKDF(SHA256(), KEY_BYTES, None, purpose.encode()).derive(key) for name, key in self._keys.items()
            }
        return self._subkeys[purpose]

    @property
    def heads(self) -> list[bytes]:
        """How values begin that these keys open."""
        return [_FORMAT + key_id for key_id in self._ciphers]


def new_key() -> str:
    """A new key as the text that ``Keyring.from_text`` reads."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def key_id(key: bytes) -> bytes:
    """What a key is named by wherever it was used."""
    return hashlib.sha256(b"requestlog key id\x00" + key).digest()[:_ID_BYTES]


def _binding(kind: str, owner: Sequence[str]) -> bytes:
    # JSON keeps ("a", "bc") and ("ab", "c") apart, which joining would not.
    return json.dumps([kind, *owner]).encode("ascii")


def _keys_in(text: str) -> list[bytes]:
    lines = [line.partition("#")[0] for line in text.splitlines()]
    return [_decoded(word) for word in " ".join(lines).replace(",", " ").split()]


def ids_in(text: str) -> list[bytes]:
    """The ids of the keys in a text. Raises SealError."""
    return [key_id(key) for key in _keys_in(text)]


def _read(path: Path) -> tuple[list[bytes], float]:
    """The keys of a file, and when it was written. Raises SealError."""
    with _told_of(path):
        found = path.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            message = f"{path.name} must be readable by its owner alone (mode 0600)."
            raise SealError(message)
        return _keys_in(path.read_text("ascii")), found.st_mtime


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        message = f"The key file {path.name} cannot be used: {type(error).__name__}."
        raise SealError(message) from None


def _decoded(word: str) -> bytes:
    try:
        return base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        message = "A sealing key is not base64."
        raise SealError(message) from None


def _make(path: Path) -> None:
    """Make a key file so that of several replicas that start together all end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path, new_key() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process was first: its key is the key.
        return
    finally:
        draft.unlink()


def draft_of(path: Path, text: str) -> Path:
    """A file with the text, durable and its owner's alone, to be put in the place of another in one step."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


@dataclass(frozen=True, slots=True)
class Sealed:
    """Seals and opens values of one ``kind``; ``owner`` are the ids of whom a value is bound to, outermost first."""

    keyring: Keyring
    kind: str

    def seal(self, value: object, *owner: str) -> bytes:
        """What a table keeps of a value."""
        return self.keyring.seal(json.dumps(value).encode("ascii"), kind=self.kind, owner=owner)

    def find(self, sealed: bytes, *owner: str) -> Any | None:  # noqa: ANN401 - whatever was sealed
        """The value; None when the row was altered or moved to another owner, or its key is gone, which is logged."""
        try:
            return json.loads(self.keyring.unseal(sealed, kind=self.kind, owner=owner))
        except SealError:
            _LOG.warning("sealed_row_refused", kind=self.kind, user="/".join(owner[:3]))
            return None


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
