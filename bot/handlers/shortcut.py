"""The shortcuts, and a summary's cards: a loading modal at once, then the answer in it, or in a message."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.blocks.kit import Message
from bot.blocks.shortcut import aside, form, loading, without_ids
from bot.delivery import UndeliverableError
from bot.handlers.ask import Ask, Lacking, Name
from bot.handlers.card import in_modal
from bot.handlers.requestlog import Watch, answer
from bot.handlers.services import Handler, Services, View
from bot.requestids import extract

#: How long the first loading view stands, and each view of the progress after it.
PAUSES_S: Final = (1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0)


def explain_message(services: Services, ask: Ask) -> Message | None:
    """A message's shortcut, a past look-up or a summary's card opened: the answer in a modal."""
    view_id = services.modals.show(ask.origin, loading(ask.language))
    if view_id is None:
        return aside(_said(services, ask), "expired", ask.language)
    return submitted(services, replace(ask, origin=replace(ask.origin, view=view_id, waiting=False)))


def ask_for_text(services: Services, ask: Ask) -> Message | None:
    """The global shortcut: a form. When its moment has passed, a sentence says what to do instead."""
    return without_ids("form_expired", ask.language) if services.modals.show(ask.origin, form(ask.language)) is None else None


def submitted(services: Services, ask: Ask) -> Message | None:
    """The answer in a modal that waits for it, such as the one in the place of the form; in a message when it was closed."""
    waiting, language = ask.origin.view if ask.origin.waiting else None, ask.language

    def tell(done: int, total: int) -> None:
        with suppress(UndeliverableError):  # the answer itself will wait, if it must
            services.modals.answer_in(ask.origin, loading(language, external_id=waiting, progress=(done, total)))

    def make() -> tuple[Message, View]:
        said = _said(services, ask, Watch(tell, PAUSES_S))
        return said, in_modal(ask, said)

    said = services.in_waiting_modal(ask, make)
    return said and aside(said, "closed", language)


def _said(services: Services, ask: Ask, watch: Watch | None = None) -> Message:
    """A text that somebody typed is answered whatever it holds, a message only if there is something to explain."""
    if ask.name is Name.SUBMITTED or extract(ask.text).explainable:
        return answer(services, ask, watch)
    return without_ids(ask.given(Lacking).reason or "no_ids", ask.language)


HANDLERS: Final[dict[Name, Handler]] = {
    Name.EXPLAIN_MESSAGE: explain_message,
    Name.OPEN_CARD: explain_message,
    Name.ASK_FOR_TEXT: ask_for_text,
    Name.SUBMITTED: submitted,
}
