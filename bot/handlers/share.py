"""Sharing a card: looked up as the sharer, masked as the sharer switched it, posted where the card was seen."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.blocks.details import Place, detail_loading, note
from bot.blocks.kit import Message
from bot.blocks.outcome import outcome_message
from bot.blocks.postmortem import file_name, markdown
from bot.blocks.share import TEXTS, Shared, classes_of, said_of, sentence, share_view, shared_message
from bot.blocks.shortcut import result
from bot.blocks.trouble import trouble
from bot.delivery import Attachment, Delivery, Target, UndeliverableError, without_url
from bot.explain.explanation import Explanation
from bot.explain.masking import MASK_CLASSES, MaskClass, mask
from bot.handlers.ask import Ask
from bot.handlers.card import AsClicker, Dialogs, view_of_click
from bot.handlers.return_address import ReturnAddress
from bot.identity.person import Person
from bot.languages import Language
from bot.outcomes import Found, Outcome

#: Slack's refusals that the click's own response_url gets round: it posts where the bot is no member.
NOT_A_MEMBER: Final = frozenset({"not_in_channel", "channel_not_found", "missing_scope", "restricted_action"})
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")


class ShareStory:
    """Previews, posts and keeps. ``clock`` gives aware times."""

    def __init__(  # noqa: PLR0913 - keywords of the composition root
        self,
        as_clicker: AsClicker,
        *,
        delivery: Delivery,
        dialogs: Dialogs,
        addresses: ReturnAddress,
        language_of: Callable[[Person], Language],
        clock: Callable[[], datetime],
    ) -> None:
        self._as_clicker = as_clicker
        self._delivery = delivery
        self._dialogs = dialogs
        self._addresses = addresses
        self._language_of = language_of
        self._clock = clock

    def pressed(self, ask: Ask, reference: str) -> None:
        """The button on a card: a modal with a preview in which everything is masked."""
        language = self._language_of(ask.person)
        view_id = self._dialogs.show(ask, detail_loading("share", language))
        if view_id is None:
            self._dialogs.tell(note("late", language), ask)
            return
        view = result(trouble(language, reference), language)
        try:
            view = self._view(self._as_clicker.outcome(ask, language), ask, frozenset(MASK_CLASSES), reference)
        finally:
            shown = self._dialogs.fill(view_id, view)
        if not shown:
            self._dialogs.tell(note("closed", language), ask)

    def preview(self, ask: Ask, reference: str) -> None:
        """A switch was turned: the preview as it is now. Whoever closed the modal meanwhile needs none."""
        outcome = self._as_clicker.outcome(ask, self._language_of(ask.person))
        self._dialogs.fill(view_of_click(ask), self._view(outcome, ask, _masks(ask), reference))

    def submitted(self, ask: Ask, reference: str) -> None:
        """Post it; what hinders that is told to the sharer alone."""
        language = self._language_of(ask.person)
        outcome = self._as_clicker.outcome(ask, language)
        if not isinstance(outcome, Found):
            self._tell(outcome_message(outcome, language, now=self._clock(), reference=reference), ask)
            return
        shared = _redacted(outcome.explanation, ask, _masks(ask))
        try:
            self._post(shared_message(shared, now=self._clock()), self._target(ask))
        except UndeliverableError as error:
            self._tell(sentence(said_of(error.reason, language), language), ask)
            return
        if (ask.extra or {}).get("chosen"):
            self._delivery.privately(sentence(TEXTS("shared_elsewhere", language), language), Target(ask.person.user))

    def keep(self, ask: Ask, reference: str) -> None:
        """Keep it as a file; the modal says what came of that."""
        language = self._language_of(ask.person)
        outcome = self._as_clicker.outcome(ask, language)
        said = None
        if isinstance(outcome, Found):
            said = self._upload(_redacted(outcome.explanation, ask, _masks(ask)).explanation, ask)
        shown = self._dialogs.fill(view_of_click(ask), self._view(outcome, ask, _masks(ask), reference, said))
        if said is not None and not shown:
            self._tell(sentence(said, language), ask)

    def _upload(self, explanation: Explanation, ask: Ask) -> str:
        """Upload the file; the sentence that says how it went."""
        language = explanation.language
        if ask.channel is None:
            return said_of("no_place", language)
        by = f"<@{ask.person.user}>" if _USER_ID.fullmatch(ask.person.user) else ""
        text = markdown(explanation, now=self._clock())
        file = Attachment(file_name(explanation), text.encode(), TEXTS("kept_by", language, person=by))
        try:
            self._delivery.upload(file, ask.channel, ask.thread_ts)
        except UndeliverableError as error:
            return said_of(error.reason, language)
        return TEXTS("kept", language)

    def _post(self, message: Message, target: Target) -> None:
        """As a message of the bot's own, else through the click's response_url, which publishes nothing that was typed."""
        try:
            self._delivery.publicly(message, without_url(target))
        except UndeliverableError as error:
            if error.reason not in NOT_A_MEMBER or not target.response_url:
                raise
            try:
                self._delivery.publicly(message, replace(target, channel=None))
            except UndeliverableError as second:
                raise error from second

    def _view(
        self, outcome: Outcome, ask: Ask, masks: frozenset[MaskClass], reference: str, said: str | None = None
    ) -> dict[str, Any]:
        language, now = self._language_of(ask.person), self._clock()
        if isinstance(outcome, Found):
            shared = _redacted(outcome.explanation, ask, masks)
            place = _place(ask)
            way = self._addresses.seal(self._target(ask).response_url, ask.person) if place.channel else None
            return share_view(shared, place, now=now, way=way, said=said)
        told = outcome_message(outcome, language, now=now, reference=reference)
        return result(told, language, channel=ask.channel, thread_ts=ask.thread_ts)

    def _tell(self, said: Message, ask: Ask) -> None:
        """Tell the sharer alone, whose modal is closed by now."""
        self._delivery.privately(said, self._target(ask))

    def _target(self, ask: Ask) -> Target:
        """Where it goes: the address of this very click or submission, else the one that came with the modal."""
        kept = self._addresses.open((ask.extra or {}).get("way"), ask.person)
        return replace(ask.target, response_url=ask.response_url or kept)


def _redacted(explanation: Explanation, ask: Ask, masks: frozenset[MaskClass]) -> Shared:
    return Shared(mask(explanation, masks), ask.person.user, masks)


def _place(ask: Ask) -> Place:
    """Where the card was seen; a conversation with the bot alone is no place to share to, so another one is chosen."""
    own = (ask.channel or "").startswith("D")
    return Place() if own or (ask.extra or {}).get("chosen") else Place(ask.channel, ask.thread_ts)


def _masks(ask: Ask) -> frozenset[MaskClass]:
    ticked = (ask.extra or {}).get("masks")
    return classes_of([str(each) for each in ticked]) if isinstance(ticked, list) else frozenset(MASK_CLASSES)
