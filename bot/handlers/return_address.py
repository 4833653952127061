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


class ReturnAddress:
    """Seals response_urls for one person and opens them for nobody else."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, url: str | None, person: Person) -> str | None:
        """The address as text for the private metadata; None for none."""
        if not url:
            return None
        return base64.urlsafe_b64encode(self._keyring.seal(url.encode(), kind=KIND, owner=_ids(person))).decode("ascii")

    def open(self, sealed: object, person: Person) -> str | None:
        """The address; None for what was altered, belongs to somebody else or is no sealed address at all."""
        if not isinstance(sealed, str):
            return None
        try:
            return self._keyring.unseal(base64.urlsafe_b64decode(sealed), kind=KIND, owner=_ids(person)).decode()
        except (SealError, binascii.Error, ValueError):
            return None


def _ids(person: Person) -> tuple[str, str, str]:
    return (person.enterprise or "", person.team, person.user)
