"""``python -m tests.assurance [--long] [G18 …]``: run the figures, print the table, write assurance.json."""

import json
import sys
from pathlib import Path

from tests.assurance.figures import as_json, measured, table

long = "--long" in sys.argv
lines = measured({name for name in sys.argv[1:] if not name.startswith("-")}, long=long)
print("\n" + table(lines))
Path("assurance.json").write_text(json.dumps(as_json(lines, long=long), indent=1) + "\n", "utf-8")
sys.exit(any(line.held is False for line in lines))
