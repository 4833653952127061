"""What Bolt or a listener could not digest: logged by its class and place, answered with 400.

Bolt's own way is a traceback in the log, which may quote what people wrote, and a 500, for which Slack sends it all again.
"""

from typing import Final

import structlog
from slack_bolt import App, BoltResponse

from bot.handlers.runner import place_of

_LOG: Final = structlog.get_logger("bot.listeners")


def refuse_undigested(app: App) -> None:
    """Make an app answer 400 to whatever raises in it."""
    app.error(_refuse)


def _refuse(error: Exception) -> BoltResponse:
    _LOG.error("undigested", error=type(error).__name__, where=place_of(error))
    return BoltResponse(status=400, body="refused\n")
