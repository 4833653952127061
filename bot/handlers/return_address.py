"""The address that answers a click, kept while a modal stands open: sealed, and bound to the person who clicked.

A response_url lets whoever knows it post in a conversation, so it travels through a modal's private metadata only sealed.
"""

import base64
import binascii
from typing import Final

from bot.identity.person import Person
from bot.store.errors import SealError
from bot.store.sealing import Keyring

KIND: Final = "return_address"


def seal_address(keyring: Keyring, url: str | None, person: Person) -> str | None:
    """The address as text for the private metadata, which nobody else can open; None for none."""
    if not url:
        return None
    return base64.urlsafe_b64encode(keyring.seal(url.encode(), kind=KIND, owner=person.ids)).decode("ascii")


def open_address(keyring: Keyring, sealed: str | None, person: Person) -> str | None:
    """The address; None for what was altered, belongs to somebody else or is no sealed address at all."""
    try:
        return keyring.unseal(base64.urlsafe_b64decode(sealed or ""), kind=KIND, owner=person.ids).decode()
    except (SealError, binascii.Error, ValueError):
        return None
