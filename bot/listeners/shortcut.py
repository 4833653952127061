"""The two shortcuts: on a message, and everywhere with a form to paste into."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.blocks.loading import loading
from bot.blocks.shortcut import FIELD, FORM, LONGEST_TEXT, form_error, result
from bot.handlers.ask import Ask
from bot.languages import LANGUAGES, Language
from bot.listeners.gathering import gather
from bot.listeners.intake import Intake, identity_of, text_of
from bot.listeners.origin import is_shared
from bot.listeners.requestlog import person_of
from bot.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT


class ShortcutListener:
    """Accepts the shortcuts and the form.

    A shortcut's acknowledgement can hold no words, so what could not be recorded is told after it, in a modal that ``open_``
    (trigger, view) puts on the screen. ``language`` is that of the installation.
    """

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.message_shortcut(MESSAGE_SHORTCUT)(self.message)
        app.global_shortcut(GLOBAL_SHORTCUT)(self.everywhere)
        app.view(FORM)(self.submitted)

    def message(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody wants a message explained; its own time says how old the ids in it are."""
        gathered = gather(body.get("message"))
        trigger = text_of(body, "trigger_id") or ""
        ask = Ask(
            person_of(body),
            text=gathered.text,
            channel=text_of(body, "channel", "id"),
            thread_ts=text_of(body, "message", "thread_ts"),
            response_url=text_of(body, "response_url"),
            said_at=seconds(text_of(body, "message", "ts") or text_of(body, "message_ts")),
            extra={
                "trigger": trigger,
                "lacking": gathered.lacking,
                "shared": is_shared(body),
                "author": text_of(body, "message", "user"),
            },
        )
        self._take("explain_message", ask, trigger, ack)

    def everywhere(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody wants to paste something."""
        trigger = text_of(body, "trigger_id") or ""
        self._take("ask_for_text", Ask(person_of(body), extra={"trigger": trigger}), trigger, ack)

    def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """The form comes back; the loading modal takes its place with the acknowledgement."""
        view_id = text_of(body, "view", "id") or ""
        chosen = text_of(body, "view", "private_metadata")
        language = next((each for each in LANGUAGES if each == chosen), self._language)
        typed = text_of(body, "view", "state", "values", FIELD, "value", "value") or ""
        fault = "empty" if not typed.strip() else "long" if len(typed) > LONGEST_TEXT else None
        if fault:
            ack(response_action="errors", errors={FIELD: form_error(fault, language)})
            return
        shown_as = identity_of("submitted", view_id)
        trouble = self._intake.take("submitted", Ask(person_of(body), text=typed, view=shown_as), view_id)
        if trouble is None:
            ack(response_action="update", view=loading(language, external_id=shown_as))
        else:
            ack(response_action="errors", errors={FIELD: trouble.text})

    def _take(self, story: str, ask: Ask, trigger: str, ack: Ack) -> None:
        trouble = self._intake.take(story, ask, trigger)
        ack()
        if trouble is not None:
            self._open(trigger, result(trouble, self._language))


def seconds(ts: str | None) -> float | None:
    """A Slack timestamp as Unix time; None for what is none."""
    whole, _, part = (ts or "").partition(".")
    return float(f"{whole}.{part or 0}") if whole.isdecimal() and len(whole) <= 11 and (not part or part.isdecimal()) else None  # noqa: PLR2004 - eleven digits reach the year 5138
