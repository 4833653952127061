"""``python -m tests.assurance [--long] [G18 …]``: run the figures, print the table, write assurance.json.

With names, what the file says of the others stays.
"""

import json
import sys
from pathlib import Path

from tests.assurance.figures import as_json, measured, number, read, table

long = "--long" in sys.argv
names = {name for name in sys.argv[1:] if not name.startswith("-")}
path = Path("assurance.json")
earlier = read(path) if names else []
lines = measured(names, long=long)
print("\n" + table(lines))
kept = [line for line in earlier if (line.name, line.run) not in {(each.name, each.run) for each in lines}]
path.write_text(json.dumps(as_json(sorted([*kept, *lines], key=number)), indent=1) + "\n", "utf-8")
sys.exit(any(line.held is False for line in lines))
