"""Several ids at once: how far the look-ups are while somebody waits, and a group's card opened on demand."""

from collections.abc import Callable
from typing import Final

from bot.blocks.kit import Message
from bot.blocks.loading import loading
from bot.blocks.shortcut import aside, result
from bot.blocks.summary import looking_up, progress, summary, timeline_words
from bot.blocks.timeline import Timeline, timeline
from bot.blocks.trouble import trouble
from bot.delivery import Attachment, Delivery, UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.card import Dialogs
from bot.handlers.requestlog import Reply, RequestLogStory, Watch
from bot.identity.person import Person
from bot.languages import Language
from bot.pictures import timeline_picture

#: A response_url of a command takes five posts and replaces none of them (slackapi/bolt-js#2287), so one note has to do,
#: and only for those who have waited a while.
PROGRESS_AFTER_S: Final = (1.5,)
SCOPE_MISSING: Final = frozenset({"missing_scope", "not_allowed_token_type", "unknown_method"})


class Illustrator:
    """Draws timelines and brings them to Slack; once files:write turned out to be missing, Slack is not asked again."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._may_upload = True

    def picture(self, line: Timeline, language: Language) -> str | None:
        """The id of the picture in Slack; None where it cannot be drawn or uploaded."""
        drawn = timeline_picture(line) if self._may_upload else None
        if drawn is None:
            return None
        try:
            return self._delivery.keep(Attachment("timeline.png", drawn, timeline_words(line, language)))
        except UndeliverableError as error:
            self._may_upload = error.reason not in SCOPE_MISSING
            return None


class TypedStory:
    """The slash command: the main story's answer, and before it, when that takes long, how far it is."""

    def __init__(
        self,
        main: RequestLogStory,
        *,
        delivery: Delivery,
        language_of: Callable[[Person], Language],
        illustrator: Illustrator | None = None,
    ) -> None:
        self._main = main
        self._delivery = delivery
        self._language_of = language_of
        self._illustrator = illustrator

    def answer(self, ask: Ask, reference: str) -> None:
        """Answer the person alone."""
        language = self._language_of(ask.person)

        def tell(done: int, total: int) -> None:
            try:
                said = looking_up(language) if total == 1 else progress(done, total, language)
                self._delivery.privately(said, ask.target)
            except UndeliverableError:
                return  # the answer itself finds another way, or is noted as undeliverable

        reply = self._main.reply(ask, language, reference, Watch(tell, PROGRESS_AFTER_S))
        said = self._illustrated(reply, language)
        self._delivery.privately(said or reply.message, ask.target, plainer=reply.message if said else None)

    def _illustrated(self, reply: Reply, language: Language) -> Message | None:
        """The summary with a picture. Slack may refuse one that it has not digested yet: then the plain one is sent."""
        line = timeline(reply.outcomes)
        picture = self._illustrator.picture(line, language) if self._illustrator and line else None
        return summary(reply.outcomes, reply.beyond, language, picture=picture) if picture else None


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
