"""What a button or a modal may carry: ids, each in its own form. A click that carries anything else hands nothing on."""

import re
from typing import Final

_REQUEST_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COMMAND_ID: Final = re.compile(r"[0-9a-f]{32}")
_REFERENCE: Final = re.compile(r"(?:catalogue|team):[^\x00-\x1f]{1,195}")


def request_id_in(value: str | None) -> str | None:
    """The one RequestId that a value is; None for anything else."""
    return value if value and _REQUEST_ID.fullmatch(value) else None


def command_id_in(value: str | None) -> str | None:
    """The id that ``intake.identity_of`` gave, as a permission request has it; None for anything else."""
    return value if value and _COMMAND_ID.fullmatch(value) else None


def reference_in(value: str | None) -> str | None:
    """The reference of a catalogue entry; None for anything else."""
    return value if value and _REFERENCE.fullmatch(value) else None
