"""``python -m tests.assurance [--long] [G18 …]``: run the figures, print the table, write assurance.json.

The file is written where one stands, and kept beside this one; with names, what is kept of the others stays.
"""

import json
import sys
from pathlib import Path

from tests.assurance.figures import Line, as_json, measured, number, read, table

long = "--long" in sys.argv
names = {name for name in sys.argv[1:] if not name.startswith("-")}
kept_at = Path(__file__).with_name("assurance.json")
earlier = read(kept_at) if names else []
lines: list[Line] = []
for line in measured(names, long=long):
    lines.append(line)
    print(table([line]), flush=True)
    # Written as it comes: a run takes long, and what was measured is worth keeping if it is cut off.
    kept = [each for each in earlier if (each.name, each.run) not in {(made.name, made.run) for made in lines}]
    for path in (kept_at, Path("assurance.json")):
        path.write_text(json.dumps(as_json(sorted([*kept, *lines], key=number)), indent=1) + "\n", "utf-8")
print("\n" + table(lines))
sys.exit(any(each.held is False for each in lines))
