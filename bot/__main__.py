"""``python -m bot`` and the console script ``requestlog``."""

from bot.cli import main

if __name__ == "__main__":
    main()
