"""Microseconds an explanation, over the labelled set, and what fitting does to the longest message."""

import json
import time
from datetime import timedelta

from bot.blocks.kit import characters
from bot.blocks.requestlog import card
from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
from bot.explain.catalog import load_catalog
from bot.languages import LANGUAGES
from tests.benchmarks.figures import Figure
from tests.explain.labelled.table import NOW, read_cases


def measure() -> list[Figure]:
    """The median explanation, and the fullest message."""
    catalog = load_catalog()
    logs = []
    for case in read_cases():
        try:
            logs.append((parse_answer(case.text), case.decoded))
        except NotAnAnswerError:
            continue
    sizes, microseconds = [], []
    for log, decoded in logs:
        for language in LANGUAGES:
            start = time.process_time()
            said = explain(log, Evidence(catalog, decoded=decoded), language=language, now=NOW)
            microseconds.append((time.process_time() - start) * 1e6)
            call = sum(len(each.value) for each in said.call.parameters) + len(said.call.response_body or "")
            whole = len(json.dumps(said.as_json(), ensure_ascii=False)) + call
            made = card(said, (), now=NOW + timedelta(minutes=1))
            sizes.append((whole, characters(made.blocks) + len(made.text), len(made.blocks)))
    longest = max(sizes)
    times = sorted(microseconds)
    fitted = f"{longest[0]} characters before fitting, {longest[1]} in {longest[2]} blocks after"
    return [
        Figure("one explanation, CPU", times[len(times) // 2], "µs", None, f"slowest {times[-1]:.0f}, of {len(times)}"),
        Figure("the fullest message, characters", max(size[1] for size in sizes), "", 10_000, fitted),
    ]
