"""Running the product's own command as a script would, without the HOME and so without the credentials of whoever tests."""

import os
import subprocess
import sys
from collections.abc import Mapping

KEPT = ("PATH", "LANG", "COVERAGE_PROCESS_START", "PYTHONPATH")


def requestlog(*words: str, text: str | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``requestlog`` with an environment of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        env={**kept, "COLUMNS": "110", **(env or {})},
        check=False,
    )
