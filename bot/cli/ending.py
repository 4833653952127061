"""How a command ends: 0 done, 1 could not (one plain sentence on standard error), 2 bad usage. Never a traceback."""

import sys
from typing import NoReturn

COULD_NOT = 1
BAD_USAGE = 2


def could_not(sentence: str) -> NoReturn:
    """End with exit status 1."""
    print(sentence, file=sys.stderr)
    raise SystemExit(COULD_NOT)


def bad_usage(sentences: list[str]) -> NoReturn:
    """End with exit status 2, each mistake on its line."""
    print("\n".join(sentences), file=sys.stderr)
    raise SystemExit(BAD_USAGE)
