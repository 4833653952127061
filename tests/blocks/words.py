"""How much a person reads before the cause, over all cases of the stand-in: ``python -m tests.blocks.words``.

Counted are the words of an answer as it stands on the screen, from its headline to the first word of the cause, or to the
likeliest reason where nothing was found; what is folded is not read. A call that succeeded has no cause.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from statistics import median
from typing import Any, Final

from bot.blocks.kit import SHARED
from bot.blocks.outcome import outcome_message, reason
from bot.explain import Evidence, explain, parse_answer
from bot.explain.catalog import load_catalog
from bot.outcomes import Found, NotFound, Outcome, Rung, Unavailable
from bot.playground.alibaba import CASES, Case
from bot.playground.alibaba.requestlogs import case_content
from tests.rendering import FOLDED, rendered

NOW: Final = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
RUNGS: Final = (Rung("own", "alice", "found"),)
#: So many of the cause's first words are looked for on the screen.
_FIRST: Final = 4
_MARKS: Final = re.compile(r"\(https?:[^)]*\)|\[[^]]*\]|[*_`#┆>]")


def counted() -> dict[str, int]:
    """The words before the cause, by the case's name. Raises ValueError where the cause is not on the screen."""
    catalog = load_catalog()
    outcomes = {case.shows: _outcome(case, Evidence(catalog)) for case in CASES}
    return {name: _before(outcome, cause) for name, outcome in outcomes.items() if (cause := _cause(outcome))}


def _outcome(case: Case, evidence: Evidence) -> Outcome:
    log: Any = case_content(case.file, NOW).get("log") if case.file else None
    if log:
        answer = json.dumps({"requestId": case.request_id, "logInfo": log})
        return Found(case.request_id, explain(parse_answer(answer), evidence, language="en", now=NOW), RUNGS)
    if case.shows.startswith("upstream-"):
        return Unavailable(case.request_id, "server", RUNGS)
    return NotFound(case.request_id, RUNGS, ("not_permitted", "absent"))


def _cause(outcome: Outcome) -> str:
    if isinstance(outcome, Found):
        return outcome.explanation.cause or ""
    return SHARED(f"not_found.{outcome.hints[0]}", "en") if isinstance(outcome, NotFound) else reason(outcome, "en")


def _before(outcome: Outcome, cause: str) -> int:
    shown = outcome_message(outcome, "en", now=NOW, handoff=True)
    lines = takewhile(lambda line: not line.startswith(FOLDED), rendered({"blocks": shown.blocks}))
    read = list(_words("\n".join(lines)))
    sought = list(_words(cause))[:_FIRST]
    return next(start for start in range(len(read)) if read[start : start + len(sought)] == sought)


def _words(text: str) -> Iterator[str]:
    return (word for word in _MARKS.sub(" ", text).split() if any(map(str.isalnum, word)))


def main() -> None:
    """Print the figure, and each case's with ``-v``."""
    figures = counted()
    if "-v" in sys.argv:
        for name, words in sorted(figures.items(), key=lambda item: -item[1]):
            print(f"{words:4}  {name}")
    print(f"words before the cause: median {median(figures.values()):g} of {len(figures)} cases, most {max(figures.values())}")


if __name__ == "__main__":
    main()
