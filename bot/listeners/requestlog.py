"""The slash command: /requestlog with its sub-commands."""

from typing import Any

from slack_bolt import Ack, App

from bot.handlers.ask import Ask
from bot.handlers.subcommands import split
from bot.identity.person import Person
from bot.listeners.intake import Intake, text_of

COMMAND = "/requestlog"


class RequestLogListener:
    """Accepts the command and acknowledges; the answer comes through the response_url."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.command(COMMAND)(self.command)

    def command(self, ack: Ack, body: dict[str, Any]) -> None:
        """One typed command. Nothing is said in the acknowledgement unless the command could not be recorded."""
        subcommand, rest = split(text_of(body, "text") or "")
        ask = Ask(
            person_of(body),
            text=rest,
            channel=text_of(body, "channel_id"),
            response_url=text_of(body, "response_url"),
        )
        occasion = text_of(body, "trigger_id") or text_of(body, "response_url") or ""
        trouble = self._intake.take(subcommand or "requestlog", ask, occasion)
        if trouble is None:
            ack()
        else:
            ack(text=trouble.text, blocks=trouble.blocks, response_type="ephemeral")


def person_of(body: dict[str, Any]) -> Person:
    """Who typed it. Slash commands name their person flatly, interactions in an object."""
    user = text_of(body, "user_id") or text_of(body, "user", "id") or ""
    team = text_of(body, "team_id") or text_of(body, "user", "team_id") or text_of(body, "team", "id") or ""
    enterprise = text_of(body, "enterprise_id") or text_of(body, "enterprise", "id")
    return Person(user, team, enterprise)
