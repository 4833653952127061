"""What lies in the files of a folder, read by a process of its own.

A process that closes a file of SQLite's drops all the locks that its own connections hold on it (POSIX advisory locks), which
crashes a bot that runs in the same process. A child has no such locks to drop.
"""

import subprocess
import sys
from pathlib import Path

_READ = """
import pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    if file.is_file():
        sys.stdout.buffer.write(file.read_bytes())
"""


def written_in(folder: Path) -> bytes:
    """The content of all files below a folder, one after the other."""
    return subprocess.run([sys.executable, "-c", _READ, folder], capture_output=True, check=True).stdout
