"""Patterns that most texts never need: compiled at their first use, so that importing costs little."""

import re
import sys
from collections.abc import Iterator
from functools import cache


@cache
def _compile(source: str, flags: int) -> re.Pattern[str]:
    return re.compile(source, flags)


class RarePattern:
    """A regular expression with its flags, compiled when first searched for."""

    __slots__ = ("flags", "source")

    def __init__(self, source: str, flags: int = 0) -> None:
        """Keep source and flags; a mistake in them shows at the first use only."""
        self.source = source
        self.flags = flags

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return _compile(self.source, self.flags).finditer(text)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return _compile(self.source, self.flags).search(text, start, end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As ``re.Pattern.match``."""
        return _compile(self.source, self.flags).match(text, start)
