"""The identities file as it stands now: read again every ten seconds, and taken over as a whole or not at all."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from bot.identity.identities import Identities, IdentitiesError, parse_identities

_LOG: Final = structlog.get_logger("bot.identity")
EVERY_S: Final = 10.0
TOLD_EVERY_S: Final = 60.0


def read_identities(path: Path, check: Callable[[Identities], list[str]]) -> tuple[Identities, str]:
    """What a file holds, and the hash of its content. ``check`` finds what is wrong beyond its form.

    Raises IdentitiesError with every mistake, and OSError and UnicodeDecodeError when it cannot be read.
    """
    content = path.expanduser().read_bytes()
    reasons: list[str] = []
    try:
        identities = parse_identities(content.decode())
    except IdentitiesError as error:
        identities, reasons = error.usable, error.reasons
    reasons = [f"Identities file, {reason}" for reason in reasons] + check(identities)
    if reasons:
        raise IdentitiesError(reasons, identities)
    return identities, hashlib.sha256(content).hexdigest()


class WatchedIdentities:
    """The last good version of the file. A bad or missing new one changes nothing but ``faults``. Thread-safe.

    ``changed`` hears of a new version with no faults, and once of a bad one with its faults.
    """

    def __init__(
        self,
        path: Path,
        check: Callable[[Identities], list[str]],
        timer: Callable[[], float],
    ) -> None:
        """Read it. Raises as ``read_identities`` does: nothing starts with a file that cannot be used."""
        self._path = path
        self._check = check
        self._timer = timer
        self.changed: Callable[[list[str]], None] = lambda _faults: None
        self._lock = threading.Lock()
        self._current, self._digest = read_identities(path, check)
        self._next = timer() + EVERY_S
        self._told_at: float | None = None
        self.faults: list[str] = []

    def current(self) -> Identities:
        """The version that holds, at most ten seconds old."""
        if self._timer() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._next = self._timer() + EVERY_S
                self._read()
            finally:
                self._lock.release()
        return self._current

    def _read(self) -> None:
        try:
            identities, digest = read_identities(self._path, self._check)
        except IdentitiesError as error:
            self._refuse(error.reasons)
        except (OSError, UnicodeDecodeError) as error:
            wrong = error.strerror if isinstance(error, OSError) else "not UTF-8"
            self._refuse([f"{self._path} cannot be read ({wrong})."])
        else:
            self.faults, self._told_at = [], None
            if digest != self._digest:
                self._current, self._digest = identities, digest
                _LOG.info("identities_reloaded", digest=digest[:8])
                self.changed([])

    def _refuse(self, faults: list[str]) -> None:
        first, self.faults = not self.faults, faults
        if self._told_at is None or self._timer() >= self._told_at + TOLD_EVERY_S:
            self._told_at = self._timer()
            _LOG.error("identities_not_taken_over", faults=faults, meaning="The last good version still holds.")
        if first:
            self.changed(faults)
