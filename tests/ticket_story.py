"""A whole life of log tickets in the playground with every log on, for ``test_ticket_secrecy``.

Called with the data folder and the file to write the tickets to; what is printed and logged is what the test searches.
"""

import json
import logging
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.logs import configure_logs
from bot.playground import Playground
from bot.playground.slack import Message, View
from bot.store.sealing import new_key

USER = "U0AUDITOR"


def ticket_in(blocks: Iterable[dict[str, Any]]) -> str:
    """The ticket behind the button."""
    link: str = next(
        each["url"] for block in blocks for each in block.get("elements", []) if each.get("action_id") == "ticket_open"
    )
    return parse_qs(urlsplit(link).query)["sls_ticket"][0]


def live(stage: Playground) -> list[str]:
    """Ask by command, by mention, by the form, in a channel without the bot, and press the button; the tickets."""
    slack, auditor, tickets = stage.slack, stage.slack.user(USER), []

    def answer(channel: str, before: int) -> Message:
        slack.wait_for(lambda: len(slack.answers(USER, channel)) > before, 10)
        return slack.answers(USER, channel)[-1]

    for channel in ("C0INCIDENT", "C0PUBLIC", "D0AUDITOR"):
        before = len(slack.answers(USER, channel))
        auditor.types("/requestlog ticket hangzhou en", channel)
        message = answer(channel, before)
        auditor.clicks(message, "ticket_open")
        tickets.append(ticket_in(message.blocks))
    slack.refuse("response_url", "no_service")
    before = len(slack.answers(USER))
    auditor.types("/requestlog ticket 1733260000000001")
    message = answer("C0INCIDENT", before)
    tickets.append(ticket_in(message.blocks))
    auditor.clicks(message, "ticket_change")
    form = slack.wait_for(lambda: slack.modal(USER), 10)
    if form is None:
        raise TimeoutError
    auditor.submits(form)

    def opened() -> View | None:
        view = slack.modal(USER)
        return view if view is not None and "ticket_open" in json.dumps(view.blocks) else None

    result = slack.wait_for(opened, 10)
    if result is None:
        raise TimeoutError
    auditor.clicks(result, "ticket_open")
    tickets.append(ticket_in(result.blocks))
    return tickets


def seen_by_others(stage: Playground) -> str:
    """Everything that somebody else sees anywhere."""
    others = [user for user in stage.slack.workspace.people if user != USER]
    return json.dumps(
        [
            [message.text, message.blocks]
            for user in others
            for channel in stage.slack.workspace.channels
            if stage.slack.workspace.is_member(user, channel)
            for message in stage.slack.sees(user, channel)
        ]
    )


def main(folder: str, tickets_file: str, others_file: str) -> None:
    """Live through it; then leave what the test searches."""
    configure_logs("DEBUG")
    logging.getLogger().setLevel(logging.DEBUG)
    key = new_key()
    more = {"REQUESTLOG_DATA_DIR": folder, "REQUESTLOG_LOG_LEVEL": "DEBUG", "REQUESTLOG_KEY": key}
    with Playground(more=more) as stage:
        tickets = live(stage)
        with urllib.request.urlopen(f"http://127.0.0.1:{stage.bot.port}/metrics") as metrics:
            print(metrics.read().decode())
        Path(others_file).write_text(seen_by_others(stage), "utf-8")
        Path(f"{others_file}.breaches").write_text(str(stage.slack.breaches), "utf-8")
    Path(tickets_file).write_text(json.dumps({"tickets": tickets, "key": key}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
