"""``requestlog audit``: the export and the check of an audit trail, once there is one."""

from typing import NoReturn

from bot.cli.streams import could_not


def run_audit() -> NoReturn:
    """Say that there is nothing to export or to verify."""
    could_not("This version keeps no audit trail yet, so there is nothing to export or to verify.")
