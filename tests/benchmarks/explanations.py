"""Microseconds an explanation, over the labelled set, and what fitting does to the longest message."""

import json
import time
from datetime import timedelta

from bot.blocks.kit import characters
from bot.blocks.requestlog import card
from bot.explain import Evidence, NotAnAnswerError, explain, parse_answer
from bot.explain.catalog import load_catalog
from bot.languages import LANGUAGES
from tests.explain.labelled.table import NOW, read_cases


def measure() -> list[str]:
    """Lines for the report."""
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
    fitted = (
        f"longest message             {longest[0]} characters before fitting, {longest[1]} in {longest[2]} blocks after; "
        f"the fullest message has {max(size[1] for size in sizes)} (limit 10,000)"
    )
    middle = times[len(times) // 2]
    taken = f"one explanation             median {middle:.0f} µs of CPU, longest {times[-1]:.0f} µs, {len(times)} explanations"
    return [taken, fitted]
