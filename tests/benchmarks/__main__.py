"""Measures and compares: ``python -m tests.benchmarks [name …] [--write] [--against FILE]``.

Without a name everything runs but the sustained load, which takes minutes. ``--write`` keeps the
figures in tests/benchmarks/benchmarks.json and in README's table; ``--against`` names what got worse than in such a file by
more than 15 %, and ends with 1 when something did.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    acknowledgements,
    audit,
    before_answering,
    client_cpu,
    explanations,
    growth,
    keystroke,
    oracle,
    reading,
    startup,
    sustained,
    ways_in,
    whole_lookup,
)
from tests.benchmarks.figures import TABLE, Figure, as_json, table, worse

HERE: Final = Path(__file__).with_name("benchmarks.json")
README: Final = HERE.parents[2] / "README.md"
MEASURES: Final = {
    "client": client_cpu.measure,
    "whole": whole_lookup.measure,
    "acknowledgements": acknowledgements.measure,
    "startup": startup.measure,
    "explanations": explanations.measure,
    "growth": growth.measure,
    "audit": audit.measure,
    "before": before_answering.measure,
    "oracle": oracle.measure,
    "reading": reading.measure,
    "ways": ways_in.measure,
    "keystroke": keystroke.measure,
    "sustained": sustained.measure,
}


def main() -> int:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    asked.add_argument("names", nargs="*", help=", ".join(MEASURES))
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--against", type=Path)
    given = asked.parse_args()
    if unknown := set(given.names) - MEASURES.keys():
        asked.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    before = json.loads(given.against.read_text("utf-8")) if given.against else {}
    figures: list[Figure] = []
    for name in given.names or [name for name in MEASURES if name != "sustained"]:
        measured = MEASURES[name]()
        figures += measured
        print(*(figure.line() for figure in measured), sep="\n", flush=True)
    if given.write:
        kept = json.loads(HERE.read_text("utf-8")) if HERE.exists() else {}
        kept |= as_json(figures)
        HERE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        README.write_text(TABLE.sub(lambda _: table(kept), README.read_text("utf-8")), "utf-8")
    slower = worse(figures, before)
    print(*(f"worse: {each}" for each in slower), sep="\n", end="\n" if slower else "")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
