"""The log ticket's buttons and form. The address behind the one button is a secret: its click is acknowledged, not read."""

import json
from dataclasses import replace
from typing import Final

from slack_bolt import Ack, App

from bot.blocks.logticket import CHANGE, OPEN, TEXTS
from bot.blocks.logticket_form import FORM, HUB, LANGUAGE, MEMBER, SOURCE, waiting_view
from bot.handlers.ask import Ask
from bot.handlers.names import Name
from bot.handlers.ticket_words import uid_of
from bot.languages import language_in
from bot.listeners.intake import Intake
from bot.listeners.payloads import (
    Payload,
    action_of,
    entry_of,
    metadata_of,
    origin_of,
    parsed,
    person_of,
    seen_view,
    text_of,
    value_at,
)

_UIDS: Final = {MEMBER: "role_for", SOURCE: "log_user_id"}


class TicketListener:
    """Accepts the clicks and the form."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(OPEN)(self.opened)
        app.action(CHANGE)(self.change)
        app.view(FORM)(self.submitted)

    def opened(self, ack: Ack) -> None:
        """The page was opened: Slack wants to hear that it was seen."""
        ack()

    def change(self, ack: Ack, body: Payload) -> None:
        """Somebody wants another hub, language or account."""
        value = text_of(action_of(body), "value") or ""
        if not parsed(value):
            ack()
            return
        origin = origin_of(body)
        self._intake.take(Ask(Name.TICKET_CHANGE, person_of(body), value, origin), origin.trigger, ack)

    def submitted(self, ack: Ack, body: Payload) -> None:
        """The form comes back. A wrong number is told beside its field; else a waiting view takes the form's place."""
        if not _is_whole(body):
            ack()
            return
        language = language_in(text_of(metadata_of(body), "language")) or self._intake.language
        typed = {block: entry_of(body, block) for block in (HUB, LANGUAGE, MEMBER, SOURCE)}
        wrong = [block for block in _UIDS if typed[block].strip() and uid_of(typed[block]) is None]
        if wrong:
            ack(response_action="errors", errors={block: TEXTS("form.not_a_uid", language) for block in wrong})
            return
        form = {HUB: typed[HUB], LANGUAGE: typed[LANGUAGE]} | {name: typed[block] for block, name in _UIDS.items()}
        origin = replace(origin_of(body), in_modal=False, trigger=None)
        self._intake.take_form(
            Ask(Name.TICKET_SUBMITTED, person_of(body), json.dumps(form), origin),
            seen_view(body),
            ack,
            field=HUB,
            waiting=lambda name: waiting_view(language, name),
        )


def _is_whole(body: Payload) -> bool:
    """Whether the form has its fields as Slack sends them: the two choices chosen, the two numbers texts or null."""
    numbers = [value_at(body, "view", "state", "values", block, "value") for block in _UIDS]
    return all(entry_of(body, block) for block in (HUB, LANGUAGE)) and all(
        isinstance(number, dict) and isinstance(number.get("value"), str | None) for number in numbers
    )
