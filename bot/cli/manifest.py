"""``requestlog manifest``."""

import sys

from bot.cli.ending import bad_usage
from bot.manifest import as_yaml


def run_manifest(base_url: str | None) -> None:
    """Print the manifest for Socket Mode, or for HTTP at a base URL."""
    try:
        sys.stdout.write(as_yaml(base_url))
    except ValueError as error:
        bad_usage([str(error)])
