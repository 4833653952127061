"""A new sealing key in front of the older ones: what is sealed from now on uses it, and what was sealed still opens."""

import os
import secrets
from pathlib import Path

from bot.store.sealing import Keyring, new_key


def add_key(path: Path) -> None:
    """Put a new key first in a key file, making the file when there is none. It is replaced in one step or not at all.

    Raises SealError when the file is unfit, OSError when it cannot be written.
    """
    Keyring.from_file(path)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{new_key()}\n{path.read_text('ascii')}")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
