"""The permission request's button, form and decisions. Values carry ids alone; what they stand for is read anew."""

from dataclasses import replace
from typing import Final

from slack_bolt import Ack, App

from bot.blocks.handoff import (
    ASK,
    DECLINE,
    DURATION,
    DURATIONS,
    FORM,
    GRANT,
    REASON,
    RESOURCE,
    USUAL_DURATION,
    blank_reason,
    is_resource,
    waiting_view,
    wrong_resource,
)
from bot.handlers.ask import Arguments, Ask, Decision, Wanted
from bot.handlers.names import Name
from bot.languages import language_in
from bot.listeners.intake import Intake
from bot.listeners.payloads import (
    Payload,
    action_of,
    command_id_in,
    entry_of,
    metadata_of,
    origin_of,
    person_of,
    request_id_in,
    seen_view,
    text_of,
)

_DECISIONS: Final = {GRANT: Decision("granted"), DECLINE: Decision("declined")}


class HandoffListener:
    """Accepts the clicks and the form."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(ASK)(self.asked)
        app.action(GRANT)(self.decided)
        app.action(DECLINE)(self.decided)
        app.view(FORM)(self.submitted)

    def asked(self, ack: Ack, body: Payload) -> None:
        """Somebody wants the form."""
        self._take(Name.PERMISSION_FORM, request_id_in(text_of(action_of(body), "value")), None, body, ack)

    def decided(self, ack: Ack, body: Payload) -> None:
        """An administrator decided; the message that holds the buttons is the one to change."""
        action = action_of(body)
        decision = _DECISIONS[action["action_id"]]
        self._take(Name.PERMISSION_DECIDED, command_id_in(text_of(action, "value")), decision, body, ack)

    def submitted(self, ack: Ack, body: Payload) -> None:
        """The form comes back. Without a reason it stays; else a waiting view takes its place."""
        carried = metadata_of(body)
        request_id = request_id_in(text_of(carried, "request_id"))
        if request_id is None:
            ack()
            return
        language = language_in(text_of(carried, "language")) or self._intake.language
        reason, duration = entry_of(body, REASON).strip(), entry_of(body, DURATION)
        if not reason:
            ack(response_action="errors", errors={REASON: blank_reason(language)})
            return
        resource = entry_of(body, RESOURCE).strip()
        if resource and not is_resource(resource):
            ack(response_action="errors", errors={RESOURCE: wrong_resource(language)})
            return
        wanted = Wanted(reason, duration if duration in DURATIONS else USUAL_DURATION, resource)
        origin = replace(origin_of(body), in_modal=False, trigger=None)
        self._intake.take_form(
            Ask(Name.PERMISSION_SUBMITTED, person_of(body), request_id, origin, wanted),
            seen_view(body),
            ack,
            field=REASON,
            waiting=lambda name: waiting_view(language, name),
        )

    def _take(self, name: Name, value: str | None, arguments: Arguments | None, body: Payload, ack: Ack) -> None:
        if value is None:
            ack()
            return
        origin = origin_of(body)
        self._intake.take(Ask(name, person_of(body), value, origin, arguments), origin.trigger, ack)
