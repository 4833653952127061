"""Running the product's own command as a script would, in an empty HOME: without the credentials and data of whoever tests."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

KEPT = ("PATH", "LANG", "COVERAGE_PROCESS_START", "PYTHONPATH")


def requestlog(*words: str, text: str | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``requestlog`` with an environment of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            input=text if text is not None else "",
            capture_output=True,
            text=True,
            env={**kept, "COLUMNS": "110", "HOME": home, **(env or {})},
            check=False,
        )
