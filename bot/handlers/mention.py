"""An app mention: answered privately in its thread, where slash commands do not work."""

from collections.abc import Callable

from bot.blocks.help import help_message
from bot.blocks.kit import Message
from bot.blocks.shortcut import aside, without_ids
from bot.delivery import Delivery, NotPostedError, Target
from bot.handlers.ask import Ask
from bot.handlers.shortcut import Answer
from bot.identity.person import Person
from bot.languages import Language
from bot.requestids import extract


class MentionStory:
    """Explains what stands beside the mention. What else stands in the thread the bot cannot read: it has no such scope."""

    def __init__(
        self,
        answer: Answer,
        *,
        delivery: Delivery,
        language_of: Callable[[Person], Language],
    ) -> None:
        self._answer = answer
        self._delivery = delivery
        self._language_of = language_of

    def answer(self, ask: Ask, reference: str) -> None:
        """Answer the person alone, in the thread."""
        language = self._language_of(ask.person)
        self._tell(self._said(ask, language, reference), ask, language)

    def _said(self, ask: Ask, language: Language, reference: str) -> Message:
        found = extract(ask.text)
        if found.request_ids or found.other_ids or found.error_codes or found.access_denied_detail:
            return self._answer(ask, language, reference)
        if ask.thread_ts:
            return without_ids("thread", language)
        return self._answer(ask, language, reference) if ask.text.strip() else help_message(language)

    def _tell(self, said: Message, ask: Ask, language: Language) -> None:
        place = {"thread_ts": ask.thread_ts} if ask.thread_ts else {}
        try:
            self._delivery.call(
                "chat.postEphemeral", channel=ask.channel, user=ask.person.user, **place, **said.as_json(), parse="none"
            )
        except NotPostedError as error:
            self._delivery.privately(aside(said, error.reason, language), Target(ask.person.user))
