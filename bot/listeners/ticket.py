"""The log ticket's buttons and form. The address behind the one button is a secret: its click is acknowledged, not read."""

import json
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.logticket import CHANGE, OPEN, TEXTS
from bot.blocks.logticket_form import FORM, HUB, LANGUAGE, MEMBER, SOURCE, answer_view, waiting_view
from bot.handlers.ask import Ask
from bot.handlers.ticket_words import uid_of
from bot.languages import LANGUAGES, Language
from bot.listeners.card import action_of
from bot.listeners.intake import Intake, identity_of, text_of
from bot.listeners.requestlog import person_of

_PLACE: Final = ("view", "state", "values")
_UIDS: Final = {MEMBER: "role_for", SOURCE: "log_user_id"}


class TicketListener:
    """Accepts the clicks and the form. ``open_`` (trigger, view) tells what could not be recorded, in ``language``."""

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(OPEN)(self.opened)
        app.action(CHANGE)(self.change)
        app.view(FORM)(self.submitted)

    def opened(self, ack: Ack) -> None:
        """The page was opened: Slack wants to hear that it was seen."""
        ack()

    def change(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody wants another hub, language or account."""
        trigger = text_of(body, "trigger_id") or ""
        value = text_of(action_of(body), "value") or ""
        if not _parsed(value):
            ack()
            return
        ask = Ask(
            person_of(body),
            text=value,
            channel=text_of(body, "channel", "id") or text_of(body, "container", "channel_id"),
            thread_ts=text_of(body, "container", "thread_ts"),
            response_url=text_of(body, "response_url"),
            extra={"trigger": trigger},
        )
        trouble = self._intake.take("ticket_change", ask, trigger)
        ack()
        if trouble is not None:
            self._open(trigger, answer_view(trouble, self._language))

    def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """The form comes back. A wrong number is told beside its field; else a waiting view takes the form's place."""
        if not _is_whole(body):
            ack()
            return
        channel, language = self._carried(text_of(body, "view", "private_metadata") or "")
        typed = {block: _entry(body, block) for block in (HUB, LANGUAGE, MEMBER, SOURCE)}
        wrong = [block for block in _UIDS if typed[block].strip() and uid_of(typed[block]) is None]
        if wrong:
            ack(response_action="errors", errors={block: TEXTS("form.not_a_uid", language) for block in wrong})
            return
        # A form that is shown again keeps its id; its hash tells the second sending from Slack's repeat of the first.
        occasion = f"{text_of(body, 'view', 'id')} {text_of(body, 'view', 'hash')}"
        waiting = identity_of("ticket_submitted", occasion)
        form = {HUB: typed[HUB], LANGUAGE: typed[LANGUAGE]} | {name: typed[block] for block, name in _UIDS.items()}
        ask = Ask(person_of(body), text=json.dumps(form), channel=channel, view=waiting)
        trouble = self._intake.take("ticket_submitted", ask, occasion)
        if trouble is None:
            ack(response_action="update", view=waiting_view(language, waiting))
        else:
            ack(response_action="errors", errors={HUB: trouble.text})

    def _carried(self, private: str) -> tuple[str | None, Language]:
        """Where the form was asked for, and its language."""
        carried = _parsed(private)
        language = text_of(carried, "language")
        spoken = language if language in LANGUAGES else self._language
        return text_of(carried, "channel"), spoken


def _parsed(text: str) -> dict[str, Any]:
    """What travels as JSON in a button or a modal; empty for anything but an object."""
    try:
        carried = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return carried if isinstance(carried, dict) else {}


def _is_whole(body: dict[str, Any]) -> bool:
    """Whether the form has its fields as Slack sends them: the two choices chosen, the two numbers texts or null."""
    fields = [_field(body, block) for block in (HUB, LANGUAGE, MEMBER, SOURCE)]
    numbers = fields[2:]
    return (
        all(isinstance(field, dict) for field in fields)
        and all(text_of(body, *_PLACE, block, "value", "selected_option", "value") for block in (HUB, LANGUAGE))
        and all(field.get("value") is None or isinstance(field["value"], str) for field in numbers if field is not None)
    )


def _field(body: dict[str, Any], block: str) -> dict[str, Any] | None:
    value: Any = body
    for part in (*_PLACE, block, "value"):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def _entry(body: dict[str, Any], block: str) -> str:
    path = (*_PLACE, block, "value")
    return text_of(body, *path, "value") or text_of(body, *path, "selected_option", "value") or ""
