"""``python -m bot`` and the console script ``requestlog``."""

import sys

if sys.version_info < (3, 11):
    sys.exit("requestlog needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))

from bot.cli import main

if __name__ == "__main__":
    main()
