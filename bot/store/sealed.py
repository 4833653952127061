"""JSON values of one kind, each sealed to the person or thing it belongs to."""

import json
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot.store.errors import SealError
from bot.store.sealing import Keyring

_LOG: Final = structlog.get_logger("bot.store")


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
