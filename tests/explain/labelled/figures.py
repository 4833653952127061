"""How many labels are right, field by field: ``python -m tests.explain.labelled.figures``."""

import sys
from collections import Counter
from collections.abc import Iterator

from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
from bot.languages import LANGUAGES, Language

from .checks import Check, checks
from .table import NOW, Case, read_cases


def held(case: Case, language: Language) -> Iterator[Check]:
    """The labels of one case held against its explanation; a refusal is held against the label ``error``."""
    try:
        explanation = explain(parse_answer(case.text), Evidence(decoded=case.decoded), language=language, now=NOW)
    except NotAnAnswerError:
        yield Check("error", case.error is not None, "error: the answer was refused")
        return
    yield Check("error", case.error != "must", "error: what is no answer was explained")
    yield from checks(explanation, case.labels)


def figures() -> tuple[str, ...]:
    """One line a field, the wrong labels below."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for case in read_cases():
        for language in LANGUAGES:
            for check in held(case, language):
                total[check.field] += 1
                right[check.field] += check.right
                wrong += [] if check.right else [f"{case.name} ({language}): {check.words}"]
    lines = [f"{field:24}{right[field]:6} of {count}" for field, count in sorted(total.items())]
    return (*lines, f"{'all':24}{right.total():6} of {total.total()}", *wrong)


if __name__ == "__main__":
    sys.stdout.write("\n".join(figures()) + "\n")
