"""Figures, measured side by side in one run: ``python -m tests.benchmarks``. They assert nothing: these are no tests."""
