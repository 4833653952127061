"""Microseconds an explanation, over the labelled set, and what fitting does to the longest message."""

from __future__ import annotations

import json
import time
from datetime import timedelta

from bot.blocks.kit import characters
from bot.blocks.requestlog import card
from bot.explain import NotAnAnswerError, explain, parse_answer
from bot.explain.catalog import load_catalog
from bot.languages import LANGUAGES
from tests.explain.labelled.table import NOW, read_cases

ROUNDS = 3


def measure() -> list[str]:
    """Lines for the report."""
    catalog = load_catalog()
    logs = []
    for case in read_cases():
        try:
            logs.append((parse_answer(case.text), case.decoded))
        except NotAnAnswerError:
            continue
    best = min(_round(logs, catalog) for _ in range(ROUNDS))
    sizes = []
    for log, decoded in logs:
        for language in LANGUAGES:
            said = explain(log, language=language, now=NOW, catalog=catalog, decoded=decoded)
            call = sum(len(each.value) for each in said.call.parameters) + len(said.call.response_body or "")
            whole = len(json.dumps(said.as_json(), ensure_ascii=False)) + call
            made = card(said, (), now=NOW + timedelta(minutes=1))
            sizes.append((whole, characters(made.blocks) + len(made.text), len(made.blocks)))
    longest = max(sizes)
    return [
        f"one explanation             {best:.0f} µs of CPU, mean over {len(logs)} answers in two languages",
        f"longest message             {longest[0]} characters before fitting, {longest[1]} in {longest[2]} blocks after; "
        f"the fullest message has {max(size[1] for size in sizes)} (limit 10,000)",
    ]


def _round(logs: list[tuple[object, object]], catalog: object) -> float:
    start = time.process_time()
    for log, decoded in logs:
        for language in LANGUAGES:
            explain(log, language=language, now=NOW, catalog=catalog, decoded=decoded)  # type: ignore[arg-type] # pairs of the table
    return (time.process_time() - start) / (len(logs) * len(LANGUAGES)) * 1e6
