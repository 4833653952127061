"""Several ids at once: how far the look-ups are while somebody waits, and a group's card opened on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks.loading import loading
from bot.blocks.shortcut import aside, result
from bot.blocks.summary import progress
from bot.blocks.trouble import trouble
from bot.delivery import UndeliverableError
from bot.stories.requestlog import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery import Delivery
    from bot.identity.person import Person
    from bot.languages import Language
    from bot.stories.ask import Ask
    from bot.stories.card import Dialogs
    from bot.stories.requestlog import RequestLogStory

#: A response_url of a command takes five posts and replaces none of them (slackapi/bolt-js#2287), so one note has to do,
#: and only for those who have waited a while.
PROGRESS_AFTER_S: Final = (2.0,)


class TypedStory:
    """The slash command: the main story's answer, and before it, when that takes long, how far it is."""

    def __init__(self, main: RequestLogStory, *, delivery: Delivery, language_of: Callable[[Person], Language]) -> None:
        self._main = main
        self._delivery = delivery
        self._language_of = language_of

    def answer(self, ask: Ask, reference: str) -> None:
        """Answer the person alone."""
        language = self._language_of(ask.person)

        def tell(done: int, total: int) -> None:
            try:
                self._delivery.privately(progress(done, total, language), ask.target)
            except UndeliverableError:
                return  # the answer itself finds another way, or is noted as undeliverable

        said = self._main.answer(ask, language, reference, Watch(tell, PROGRESS_AFTER_S))
        self._delivery.privately(said, ask.target)


class OpenCardStory:
    """A group's button: the card of its RequestId in a modal, looked up as the person who clicks."""

    def __init__(
        self, main: RequestLogStory, *, dialogs: Dialogs, delivery: Delivery, language_of: Callable[[Person], Language]
    ) -> None:
        self._main = main
        self._dialogs = dialogs
        self._delivery = delivery
        self._language_of = language_of

    def open(self, ask: Ask, reference: str) -> None:
        """Show the card; beside the modal when that could not be opened in time or was closed."""
        language = self._language_of(ask.person)
        view_id = self._dialogs.show(ask, loading(language))
        said, shown = trouble(language, reference), False
        try:
            said = self._main.answer(ask, language, reference)
        finally:
            if view_id is not None:
                view = result(said, language, channel=ask.channel, thread_ts=ask.thread_ts)
                shown = self._dialogs.fill(view_id, view)
        if not shown:
            self._delivery.privately(aside(said, "expired" if view_id is None else "closed", language), ask.target)
