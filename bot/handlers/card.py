"""The buttons of a card: each looks the request up as the person who clicks, then shows one side of it in a modal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, cast

from bot.blocks.details import Detail, Place, detail_loading, details, note, refreshed
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.blocks.reproduce import reproduce
from bot.blocks.shortcut import result
from bot.blocks.supporttext import support_text
from bot.blocks.trouble import trouble
from bot.delivery import Delivery, NotPostedError, Target, UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.modal import Modal
from bot.handlers.requestlog import RequestLogStory
from bot.identity.person import Person
from bot.languages import Language
from bot.lookup.plan import plan
from bot.outcomes import Found, Outcome, Unsupported
from bot.requestids import extract


class AsClicker:
    """Looks up the RequestId of a button as the person who clicked, by that person's own rights at that moment."""

    def __init__(self, main: RequestLogStory) -> None:
        self._main = main
        self.handoff = main.handoff

    def outcome(self, ask: Ask, language: Language) -> Outcome:
        """How the look-up of the ask's id ended; an ask without any id is an id that nobody supports."""
        extraction = extract(ask.text)
        planned = plan(extraction)
        found = self._main.outcomes(ask, extraction, planned, language)
        return found[0] if found else Unsupported(ask.text or "–", "other")


class Dialogs:
    """A modal for a click: on top of the modal that was clicked in, else on its own."""

    def __init__(self, delivery: Delivery, modal: Modal) -> None:
        self._delivery = delivery
        self._modal = modal

    def show(self, ask: Ask, view: dict[str, Any]) -> str | None:
        """Open or push a modal; its id, or None when the trigger is too old, used up, or Slack's answer was lost."""
        extra = ask.extra or {}
        if not extra.get("in_view"):
            return self._modal.open(extra.get("trigger"), view)
        try:
            answer = self._delivery.call("views.push", trigger_id=extra.get("trigger"), view=view)
        except (NotPostedError, UndeliverableError):
            return None
        return str(answer.get("view", {}).get("id") or "") or None

    def fill(self, view_id: str, view: dict[str, Any]) -> bool:
        """Put something else into an open modal; False when it was closed."""
        return self._modal.update(view_id, view)

    def tell(self, said: Message, ask: Ask) -> None:
        """Say something to the person who clicked, beside the modal."""
        self._delivery.privately(said, ask.target)


class CardStory:
    """Answers the buttons of a card. ``clock`` gives aware times."""

    def __init__(
        self,
        as_clicker: AsClicker,
        *,
        delivery: Delivery,
        modal: Modal,
        language_of: Callable[[Person], Language],
        clock: Callable[[], datetime],
    ) -> None:
        self._as_clicker = as_clicker
        self._delivery = delivery
        self._dialogs = Dialogs(delivery, modal)
        self._language_of = language_of
        self._clock = clock

    def open(self, ask: Ask, reference: str) -> None:
        """The whole card, for somebody who met a shared one: by their own rights, for them alone."""
        self._show("card", ask, reference, lambda found, language: self._otherwise(found, ask, language, reference))

    def parameters(self, ask: Ask, reference: str) -> None:
        """The call's parameters."""
        self._show("parameters", ask, reference, lambda found, _: details("parameters", found.explanation, 0, _place(ask)))

    def response(self, ask: Ask, reference: str) -> None:
        """The body that the caller got."""
        self._show("response", ask, reference, lambda found, _: details("response", found.explanation, 0, _place(ask)))

    def reproduce(self, ask: Ask, reference: str) -> None:
        """The command that makes the same call."""
        self._show("reproduce", ask, reference, lambda found, _: reproduce(found.explanation))

    def ticket_text(self, ask: Ask, reference: str) -> None:
        """What to paste into a support ticket, in both languages whatever the reader's own is."""

        def both(found: Found, language: Language) -> dict[str, Any]:
            other = self._as_clicker.outcome(ask, "en" if language == "zh" else "zh")
            return support_text(found.explanation, (other if isinstance(other, Found) else found).explanation)

        self._show("support_text", ask, reference, both)

    def page(self, ask: Ask, reference: str) -> None:
        """Another page of the modal that was clicked in. Whoever closed it meanwhile has seen enough: nothing is said."""
        language = self._language_of(ask.person)
        extra = ask.extra or {}
        detail: Literal["parameters", "response"] = "parameters" if extra.get("detail") == "parameters" else "response"
        outcome = self._as_clicker.outcome(ask, language)
        page = cast("int", extra.get("page") or 0)
        if isinstance(outcome, Found):
            view = details(detail, outcome.explanation, page, _place(ask))
        else:
            view = self._otherwise(outcome, ask, language, reference)
        self._dialogs.fill(view_of_click(ask), view)

    def refresh(self, ask: Ask, reference: str) -> None:
        """The card once more, asked past the cache, in place of the old one where nobody else sees that."""
        language = self._language_of(ask.person)
        fresh = _asked_fresh(ask)
        outcome = self._as_clicker.outcome(fresh, language)
        now = self._clock()
        said = outcome_message(outcome, language, now=now, reference=reference, handoff=self._as_clicker.handoff)
        said = refreshed(said, now, language)
        extra = ask.extra or {}
        if extra.get("in_view"):
            shown = result(said, language, channel=ask.channel, thread_ts=ask.thread_ts)
            if not self._dialogs.fill(view_of_click(ask), shown):
                self._delivery.privately(said, ask.target)
            return
        own = bool(extra.get("private")) or (ask.channel or "").startswith("D")
        if own and ask.response_url:
            self._delivery.privately(said, Target(ask.person.user, response_url=ask.response_url), replace_original=True)
        else:
            self._delivery.privately(said, ask.target)

    def _show(self, detail: Detail, ask: Ask, reference: str, view_of: Callable[[Found, Language], dict[str, Any]]) -> None:
        """A loading modal at once, then what the look-up gave; where no modal can be, a sentence in its place."""
        language = self._language_of(ask.person)
        view_id = self._dialogs.show(ask, detail_loading(detail, language))
        if view_id is None:
            self._dialogs.tell(note("late", language), ask)
            return
        view = result(trouble(language, reference), language)
        try:
            outcome = self._as_clicker.outcome(ask, language)
            if isinstance(outcome, Found):
                view = view_of(outcome, language)
            else:
                view = self._otherwise(outcome, ask, language, reference)
        finally:
            shown = self._dialogs.fill(view_id, view)
        if not shown:
            self._dialogs.tell(note("closed", language), ask)

    def _otherwise(self, outcome: Outcome, ask: Ask, language: Language, reference: str) -> dict[str, Any]:
        """What is shown to somebody who may not see the request, or no longer can."""
        said = outcome_message(outcome, language, now=self._clock(), reference=reference)
        return result(said, language, channel=ask.channel, thread_ts=ask.thread_ts)


def view_of_click(ask: Ask) -> str:
    """The id of the modal that was clicked in; empty for a click in a message."""
    return str((ask.extra or {}).get("view_id") or "")


def _place(ask: Ask) -> Place:
    return Place(ask.channel, ask.thread_ts)


def _asked_fresh(ask: Ask) -> Ask:
    return type(ask).from_payload(ask.as_payload() | {"extra": (ask.extra or {}) | {"fresh": True}})
