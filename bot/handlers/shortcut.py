"""The shortcuts: a loading modal at once, then the result in it; beside it, when the modal could not stay."""

from collections.abc import Callable
from typing import Final, Protocol

from bot.blocks.kit import Message
from bot.blocks.loading import loading
from bot.blocks.shortcut import aside, form, result, without_ids
from bot.blocks.trouble import trouble
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.modal import Modal
from bot.handlers.requestlog import Watch
from bot.identity.person import Person
from bot.languages import Language
from bot.requestids import extract

#: How long the first loading view stands, and each view of the progress after it.
PAUSES_S: Final = (1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0)


class Answer(Protocol):
    """The main story's answer: an ask, a language and a reference → the private message."""

    def __call__(self, ask: Ask, language: Language, reference: str = "", watch: Watch | None = None) -> Message:
        """The message; ``watch`` hears how far several look-ups are."""


class ShortcutStory:
    """Explains what a message, a form or a button of the Home tab holds, in a modal."""

    def __init__(
        self,
        answer: Answer,
        *,
        delivery: Delivery,
        modal: Modal,
        language_of: Callable[[Person], Language],
    ) -> None:
        self._answer = answer
        self._delivery = delivery
        self._modal = modal
        self._language_of = language_of

    def explain(self, ask: Ask, reference: str) -> None:
        """A message's shortcut, or a past look-up opened again: ``extra`` holds ``trigger`` and perhaps ``lacking``."""
        language = self._language_of(ask.person)
        extra = ask.extra or {}
        view_id = self._modal.open(extra.get("trigger"), loading(language))
        said = trouble(language, reference)
        shown = False
        try:
            said = self._said(ask, language, reference, self._watch(view_id, language))
        finally:
            if view_id is not None:
                shown = self._modal.update(view_id, self._result(said, ask, language))
        if not shown:
            why = "expired" if view_id is None else "closed"
            self._delivery.privately(aside(said, why, language), ask.target)

    def ask_for_text(self, ask: Ask, _reference: str) -> None:
        """The global shortcut: a form. When its moment has passed, a sentence says what to do instead."""
        language = self._language_of(ask.person)
        if self._modal.open((ask.extra or {}).get("trigger"), form(language)) is None:
            self._delivery.privately(without_ids("form_expired", language), ask.target)

    def submitted(self, ask: Ask, reference: str) -> None:
        """The form sent off: ``view`` is the external id of the loading modal that the acknowledgement put there."""
        language = self._language_of(ask.person)
        said = trouble(language, reference)
        shown = False
        try:
            said = self._answer(ask, language, reference, self._watch_acknowledged(ask.view or "", language))
        finally:
            shown = self._modal.update_acknowledged(ask.view or "", self._result(said, ask, language))
        if not shown:
            self._delivery.privately(aside(said, "closed", language), ask.target)

    def _watch(self, view_id: str | None, language: Language) -> Watch | None:
        if view_id is None:
            return None

        def tell(done: int, total: int) -> None:
            self._modal.update(view_id, loading(language, progress=(done, total)))

        return Watch(tell, PAUSES_S)

    def _watch_acknowledged(self, name: str, language: Language) -> Watch:
        def tell(done: int, total: int) -> None:
            self._modal.update_acknowledged(name, loading(language, external_id=name, progress=(done, total)))

        return Watch(tell, PAUSES_S)

    def _said(self, ask: Ask, language: Language, reference: str, watch: Watch | None) -> Message:
        found = extract(ask.text)
        if found.request_ids or found.other_ids or found.error_codes or found.access_denied_detail:
            return self._answer(ask, language, reference, watch)
        return without_ids((ask.extra or {}).get("lacking") or "no_ids", language)

    def _result(self, said: Message, ask: Ask, language: Language) -> dict[str, object]:
        return result(said, language, channel=ask.channel, thread_ts=ask.thread_ts)
