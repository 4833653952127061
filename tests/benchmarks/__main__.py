"""Prints every figure; a name after it prints that one alone."""

import sys

from tests.benchmarks import (
    acknowledgements,
    before_answering,
    client_cpu,
    explanations,
    reading,
    startup,
    ways_in,
    whole_lookup,
)

FIGURES = {
    "client": client_cpu.measure,
    "whole": whole_lookup.measure,
    "acknowledgements": acknowledgements.measure,
    "before": before_answering.measure,
    "startup": startup.measure,
    "explanations": explanations.measure,
    "reading": reading.measure,
    "ways": ways_in.measure,
}

for name in sys.argv[1:] or FIGURES:
    for line in FIGURES[name]():
        print(line, flush=True)
