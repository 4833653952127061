"""The shortcuts, and a summary's cards: a loading modal at once, then the answer in it, or in a message."""

from collections.abc import Callable
from functools import partial
from typing import Final

from bot.blocks.kit import Message
from bot.blocks.shortcut import aside, form, loading, result, without_ids
from bot.blocks.trouble import trouble
from bot.handlers.ask import Ask, Lacking
from bot.handlers.modal import View
from bot.handlers.names import Name
from bot.handlers.requestlog import Watch, answer
from bot.handlers.services import Handler, Services
from bot.languages import Language
from bot.requestids import extract

#: How long the first loading view stands, and each view of the progress after it.
PAUSES_S: Final = (1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0)


def explain_message(services: Services, ask: Ask) -> None:
    """A message's shortcut, a past look-up or a summary's card opened: the answer in a modal."""
    language = services.language(ask.person)
    view_id = services.modals.show(ask.origin, loading(language))
    if view_id is None:
        services.tell(ask, aside(_said(services, ask, language, None), "expired", language))
        return

    def tell(done: int, total: int) -> None:
        services.modals.update(view_id, loading(language, progress=(done, total)))

    said = partial(_said, services, ask, language, Watch(tell, PAUSES_S))
    _answer_in(services, ask, language, said, partial(services.modals.update, view_id))


def ask_for_text(services: Services, ask: Ask) -> None:
    """The global shortcut: a form. When its moment has passed, a sentence says what to do instead."""
    language = services.language(ask.person)
    if services.modals.show(ask.origin, form(language)) is None:
        services.tell(ask, without_ids("form_expired", language))


def submitted(services: Services, ask: Ask) -> None:
    """The form sent off; the loading modal that the acknowledgement put there waits under an external id."""
    language = services.language(ask.person)
    name = ask.origin.view or ""

    def tell(done: int, total: int) -> None:
        services.modals.answer_in(ask.origin, loading(language, external_id=name, progress=(done, total)))

    said = partial(answer, services, ask, language, Watch(tell, PAUSES_S))
    _answer_in(services, ask, language, said, partial(services.modals.answer_in, ask.origin))


def _answer_in(
    services: Services, ask: Ask, language: Language, make: Callable[[], Message], show: Callable[[View], bool]
) -> None:
    """The answer in a waiting modal; in a message, with the reason, when it was closed."""
    said, shown = trouble(language, ask.reference), False
    try:
        said = make()
    finally:
        shown = show(result(said, language, channel=ask.origin.channel, thread_ts=ask.origin.thread_ts))
    if not shown:
        services.tell(ask, aside(said, "closed", language))


def _said(services: Services, ask: Ask, language: Language, watch: Watch | None) -> Message:
    found = extract(ask.text)
    if found.explainable:
        return answer(services, ask, language, watch)
    return without_ids(ask.given(Lacking).reason or "no_ids", language)


HANDLERS: Final[dict[Name, Handler]] = {
    Name.EXPLAIN_MESSAGE: explain_message,
    Name.OPEN_CARD: explain_message,
    Name.ASK_FOR_TEXT: ask_for_text,
    Name.SUBMITTED: submitted,
}
