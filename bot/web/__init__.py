"""HTTP: Slack's requests through our own front door, and what an orchestrator asks for.

``frontdoor`` decides whether a request is Slack's and new; ``parsing`` whether it makes sense; ``site`` has
the routes; ``server`` listens, and cuts off who is too large or too slow.
"""

from bot.web.frontdoor import DispatchResult, FrontDoor
from bot.web.parsing import makes_sense
from bot.web.server import Server, serve
from bot.web.site import create_app

__all__ = ["DispatchResult", "FrontDoor", "Server", "create_app", "makes_sense", "serve"]
