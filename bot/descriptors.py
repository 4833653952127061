"""How much that takes a descriptor may be open at once: where the system allows few, all parts take less and the rest waits."""

import resource
from typing import Final

_ENOUGH: Final = 1024
_LEAST: Final = 4


def at_most(number: int) -> int:
    """So many, or the same share of what this process may open."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return number if allowed >= _ENOUGH or allowed < 0 else max(_LEAST, number * allowed // _ENOUGH)
