"""The permission request's button, form and decisions. Values carry ids alone; what they stand for is read anew."""

import json
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App

from bot.blocks.handoff import (
    ASK,
    DECLINE,
    FORM,
    GRANT,
    REASON,
    USUAL_WISH,
    WISH,
    WISHES,
    blank_reason,
    note_view,
    waiting_view,
)
from bot.handlers.ask import Ask
from bot.languages import LANGUAGES, Language
from bot.listeners.card import action_of
from bot.listeners.intake import Intake, identity_of, text_of
from bot.listeners.requestlog import person_of
from bot.listeners.values import command_id_in, request_id_in

_VERDICTS: Final = {GRANT: "granted", DECLINE: "declined"}


class HandoffListener:
    """Accepts the clicks and the form. ``open_`` (trigger, view) tells what could not be recorded, in ``language``."""

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(ASK)(self.asked)
        app.action(GRANT)(self.decided)
        app.action(DECLINE)(self.decided)
        app.view(FORM)(self.submitted)

    def asked(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody wants the form."""
        request_id = request_id_in(text_of(action_of(body), "value"))
        self._take("permission_form", request_id, body, ack, {"in_view": text_of(body, "view", "type") == "modal"})

    def decided(self, ack: Ack, body: dict[str, Any]) -> None:
        """An administrator decided; the message that holds the buttons is the one to change."""
        action = action_of(body)
        extra = {"verdict": _VERDICTS[action["action_id"]], "ts": text_of(body, "container", "message_ts")}
        self._take("permission_decided", command_id_in(text_of(action, "value")), body, ack, extra)

    def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """The form comes back. Without a reason it stays; else a waiting view takes its place."""
        carried = _carried(body)
        request_id = request_id_in(text_of(carried, "request_id"))
        if request_id is None:
            ack()
            return
        chosen = text_of(carried, "language")
        language = chosen if chosen in LANGUAGES else self._language
        reason = text_of(body, "view", "state", "values", REASON, "value", "value") or ""
        if not reason.strip():
            ack(response_action="errors", errors={REASON: blank_reason(language)})
            return
        wish = text_of(body, "view", "state", "values", WISH, "value", "selected_option", "value")
        occasion = f"{text_of(body, 'view', 'id')} {text_of(body, 'view', 'hash')}"
        shown_as = identity_of("permission_submitted", occasion)
        ask = Ask(
            person_of(body),
            text=request_id,
            channel=text_of(carried, "channel"),
            thread_ts=text_of(carried, "thread_ts"),
            view=shown_as,
            extra={"reason": reason.strip(), "wish": wish if wish in WISHES else USUAL_WISH},
        )
        trouble = self._intake.take("permission_submitted", ask, occasion)
        if trouble is None:
            ack(response_action="update", view=waiting_view(language, shown_as))
        else:
            ack(response_action="errors", errors={REASON: trouble.text})

    def _take(self, story: str, value: str | None, body: dict[str, Any], ack: Ack, extra: dict[str, Any]) -> None:
        if value is None:
            ack()
            return
        trigger = text_of(body, "trigger_id") or ""
        place = _carried(body)
        ask = Ask(
            person_of(body),
            text=value,
            channel=text_of(body, "channel", "id") or text_of(body, "container", "channel_id") or text_of(place, "channel"),
            thread_ts=text_of(body, "container", "thread_ts") or text_of(place, "thread_ts"),
            response_url=text_of(body, "response_url"),
            extra={"trigger": trigger, **extra},
        )
        trouble = self._intake.take(story, ask, trigger)
        ack()
        if trouble is not None:
            self._open(trigger, note_view(trouble, self._language))


def _carried(body: dict[str, Any]) -> dict[str, Any]:
    """What a modal's private metadata holds: where it was asked for."""
    try:
        carried = json.loads(text_of(body, "view", "private_metadata") or "{}")
    except ValueError:
        return {}
    return carried if isinstance(carried, dict) else {}
