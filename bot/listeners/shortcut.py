"""The two shortcuts: on a message, and everywhere with a form to paste into."""

from dataclasses import replace

from slack_bolt import Ack, App

from bot.blocks.shortcut import FIELD, FORM, LONGEST_TEXT, form_error, loading
from bot.handlers.ask import Ask, Lacking, Origin
from bot.handlers.names import Name
from bot.languages import language_in
from bot.listeners.gathering import gather
from bot.listeners.intake import Intake
from bot.listeners.payloads import Payload, entry_of, origin_of, person_of, seconds, text_of
from bot.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT


class ShortcutListener:
    """Accepts the shortcuts and the form."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.message_shortcut(MESSAGE_SHORTCUT)(self.message)
        app.global_shortcut(GLOBAL_SHORTCUT)(self.everywhere)
        app.view(FORM)(self.submitted)

    def message(self, ack: Ack, body: Payload) -> None:
        """Somebody wants a message explained; its own time says how old the ids in it are."""
        gathered = gather(body.get("message"))
        message_ts = text_of(body, "message", "ts") or text_of(body, "message_ts")
        origin = replace(
            origin_of(body),
            thread_ts=text_of(body, "message", "thread_ts"),
            message_ts=message_ts,
            author=text_of(body, "message", "user"),
        )
        lacking = Lacking(gathered.lacking)
        ask = Ask(Name.EXPLAIN_MESSAGE, person_of(body), gathered.text, origin, lacking, seconds(message_ts))
        self._intake.take(ask, origin.trigger, ack)

    def everywhere(self, ack: Ack, body: Payload) -> None:
        """Somebody wants to paste something."""
        origin = origin_of(body)
        self._intake.take(Ask(Name.ASK_FOR_TEXT, person_of(body), origin=origin), origin.trigger, ack)

    def submitted(self, ack: Ack, body: Payload) -> None:
        """The form comes back; the loading modal takes its place with the acknowledgement."""
        language = language_in(text_of(body, "view", "private_metadata")) or self._intake.language
        typed = entry_of(body, FIELD)
        fault = "empty" if not typed.strip() else "long" if len(typed) > LONGEST_TEXT else None
        if fault:
            ack(response_action="errors", errors={FIELD: form_error(fault, language)})
            return
        self._intake.take_form(
            Ask(Name.SUBMITTED, person_of(body), typed, Origin()),
            text_of(body, "view", "id") or "",
            ack,
            field=FIELD,
            waiting=lambda name: loading(language, external_id=name),
        )
