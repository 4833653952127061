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
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.errors import SealError, WrongKeyError

KEY_BYTES: Final = 32
_FORMAT: Final = b"\x01"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = 1 + _ID_BYTES + _NONCE_BYTES
_TAG_BYTES: Final = 16


class Keyring:
    """The keys of this installation: the first one seals, every one opens.

    To rotate, put a new key first and keep the old one until no row is left that it sealed.
    """

    __slots__ = ("_ciphers", "_first")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take keys of 32 bytes. Raises SealError when there is none, or one of another length."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            message = f"A sealing key has {KEY_BYTES} bytes, and at least one is needed."
            raise SealError(message)
        self._first = _key_id(keys[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Keys as text: base64 (either alphabet), separated by white space or commas. Raises SealError."""
        return cls([_decoded(word) for word in text.replace(",", " ").split()])

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Keys from a file that only its owner can read; made with one new key when there is none.

        Raises SealError when others could read the file, when it holds no keys, or when it can be neither read nor made.
        """
        try:
            if not path.exists():
                _make(path)
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                message = f"{path.name} must be readable by its owner alone (mode 0600)."
                raise SealError(message)
            return cls.from_text(path.read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            message = f"The key file {path.name} cannot be used: {type(error).__name__}."
            raise SealError(message) from None

    def seal(self, value: bytes, *, kind: str, owner: Sequence[str]) -> bytes:
        """Seal a value with the first key, for one owner (ids, outermost first)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + self._first + nonce + self._ciphers[self._first].encrypt(nonce, value, _binding(kind, owner))

    def unseal(self, sealed: bytes, *, kind: str, owner: Sequence[str]) -> bytes:
        """Open what ``seal`` made for the same kind and owner. Raises SealError for everything else."""
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

    @property
    def heads(self) -> list[bytes]:
        """How values begin that these keys open."""
        return [_FORMAT + key_id for key_id in self._ciphers]


def new_key() -> str:
    """A new key as the text that ``Keyring.from_text`` reads."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"requestlog key id\x00" + key).digest()[:_ID_BYTES]


def _binding(kind: str, owner: Sequence[str]) -> bytes:
    # JSON keeps ("a", "bc") and ("ab", "c") apart, which joining would not.
    return json.dumps([kind, *owner]).encode("ascii")


def _decoded(word: str) -> bytes:
    try:
        return base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        message = "A sealing key is not base64."
        raise SealError(message) from None


def _make(path: Path) -> None:
    """Make a key file so that of several replicas that start together all end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process was first: its key is the key.
        return
    finally:
        draft.unlink()
