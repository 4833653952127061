"""The slash command: /requestlog with its sub-commands."""

from slack_bolt import Ack, App

from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.subcommands import split
from bot.listeners.intake import Intake
from bot.listeners.payloads import Payload, origin_of, person_of, text_of
from bot.manifest import COMMAND


class RequestLogListener:
    """Accepts the command; the answer comes through the response_url."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.command(COMMAND)(self.command)

    def command(self, ack: Ack, body: Payload) -> None:
        """One typed command. Nothing is said in the acknowledgement unless the command could not be recorded."""
        subcommand, rest = split(text_of(body, "text") or "")
        ask = Ask(subcommand or Name.REQUESTLOG, person_of(body), rest, origin_of(body))
        self._intake.take_typed(ask, ask.origin.trigger or ask.origin.response_url, ack)
