"""Sharing a card: looked up as the sharer, masked as the sharer switched it, posted where the card was seen."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.blocks.details import Place
from bot.blocks.kit import Message, one_line
from bot.blocks.share import TEXTS, Shared, file_name, markdown, note_view, said_of, share_view, shared_message
from bot.delivery import Attachment, NotPostedError, Target, UndeliverableError, without_url
from bot.explain import impersonal
from bot.explain.masking import mask
from bot.handlers.ask import Ask, Name, Sharing
from bot.handlers.card import not_shown, show_detail
from bot.handlers.requestlog import outcome_card, outcomes
from bot.handlers.services import Handler, Services, View
from bot.identity.person import Person
from bot.outcomes import Found, Outcome, Unsupported
from bot.requestids import extract
from bot.store.chain import Entry
from bot.store.errors import SealError
from bot.store.sealing import Keyring

#: Slack's refusals that the click's own response_url gets round: it posts where the bot is no member.
NOT_A_MEMBER: Final = frozenset({"not_in_channel", "channel_not_found", "missing_scope", "restricted_action"})
ADDRESS: Final = "return_address"
#: What Slack says of a canvas that somebody deleted.
GONE: Final = frozenset({"canvas_not_found", "canvas_deleted", "file_not_found", "file_deleted"})
_USER_ID: Final = re.compile(r"[UW][A-Z0-9]{1,30}")


def pressed(services: Services, ask: Ask) -> Message | None:
    """The button on a card or a summary: a modal with a preview in which everything is masked."""
    return show_detail(services, ask, "share", lambda: _view(services, _looked_up(services, ask), ask))


def preview(services: Services, ask: Ask) -> None:
    """A switch was turned: the preview as it is now. Whoever closed the modal meanwhile needs none."""
    services.modals.answer_in(ask.origin, _view(services, _looked_up(services, ask), ask))


def _looked_up(services: Services, ask: Ask) -> Shared | Outcome:
    """What is shared, as the sharer may see it now; where nothing of it was found, how the look-up ended."""
    found = outcomes(services, ask, extract(ask.text))
    if not any(isinstance(each, Found) for each in found):
        return found[0] if found else Unsupported(ask.text or "–", "other")
    masks = frozenset(ask.given(Sharing).masks)
    redacted = [
        replace(each, explanation=mask(impersonal(each.explanation), masks)) if isinstance(each, Found) else each
        for each in found
    ]
    return Shared(tuple(redacted), ask.person.user, masks, ask.language)


def submitted(services: Services, ask: Ask) -> None:
    """Post it; that it was done, or what hinders it, is told to the sharer alone, in the modal's place."""
    shared, language = _looked_up(services, ask), ask.language
    if not isinstance(shared, Shared):
        _tell(services, ask, outcome_card(services, ask, shared))
        return
    try:
        _check_open(services, ask, "share")
        _post(services, shared_message(shared, now=services.clock()), _target(services, ask))
    except UndeliverableError as error:
        _tell(services, ask, one_line(said_of(error.reason, language)))
        return
    where = "shared_elsewhere" if ask.given(Sharing).chosen else "shared_here"
    _tell(services, ask, one_line(TEXTS(where, language)))


def _keeper(put: Callable[[Services, Ask, Shared, str], str]) -> Handler:
    """A handler that keeps it: ``put`` gives the sentence on what came of that, which the modal then shows."""

    def keep(services: Services, ask: Ask) -> None:
        shared, said = _looked_up(services, ask), None
        if isinstance(shared, Shared):
            place = ask.origin.channel
            try:
                said = TEXTS(put(services, ask, shared, place), ask.language) if place else said_of("no_place", ask.language)
            except UndeliverableError as error:
                said = said_of(error.reason, ask.language)
        shown = services.modals.answer_in(ask.origin, _view(services, shared, ask, said))
        if said is not None and not shown:
            _tell(services, ask, one_line(said))

    return keep


def _upload(services: Services, ask: Ask, shared: Shared, channel: str) -> str:
    """As a file."""
    now = services.clock()
    by = f"<@{ask.person.user}>" if _USER_ID.fullmatch(ask.person.user) else ""
    text = markdown(shared, now=now)
    file = Attachment(file_name(shared, now), text.encode(), TEXTS("kept_by", ask.language, person=by))
    _check_open(services, ask, "keep")
    services.delivery.upload(file, channel, ask.origin.thread_ts)
    return "kept"


def _write(services: Services, ask: Ask, shared: Shared, channel: str) -> str:
    """At the end of the channel's canvas; into a new one where there is none, or somebody deleted it."""
    _check_open(services, ask, "canvas")
    if services.delivery.repeated:
        raise UndeliverableError("lost_answer")  # an earlier attempt may have written it already
    content = {"type": "markdown", "markdown": markdown(shared, now=services.clock())}
    known = services.canvases.find(channel)
    try:
        if known is None or not _extended(services, known, content):
            name, language = services.channels.name(channel), ask.language
            title = TEXTS("canvas_title", language, channel=name) if name else TEXTS("canvas_title_unknown", language)
            made = services.delivery.call("canvases.create", title=title, channel_id=channel, document_content=content)
            services.canvases.save(channel, str(made.get("canvas_id")))
    except NotPostedError as error:
        reason = {"missing_scope": "missing_canvas_scope"}.get(error.reason, error.reason)
        raise UndeliverableError("no_canvas" if "canvas" in error.reason else reason) from None
    return "in_canvas"


def _extended(services: Services, canvas: str, content: dict[str, str]) -> bool:
    """Whether it could be written at the end of a canvas; False when that is gone."""
    added = {"operation": "insert_at_end", "document_content": content}
    try:
        services.delivery.call("canvases.edit", canvas_id=canvas, changes=[added])
    except NotPostedError as error:
        if error.reason not in GONE:
            raise
        return False
    return True


def _check_open(services: Services, ask: Ask, action: str) -> None:
    """Raise UndeliverableError unless it is known that no other organisation reads what is posted there; on the record."""
    reason = services.closed(ask.origin.channel)
    ids = extract(ask.text).request_ids
    others = {"with": ids[1:]} if ids[1:] else {}
    detail = {"shown_to": ask.origin.channel, "masks": sorted(ask.given(Sharing).masks)} | others
    services.record(ask, Entry(action, ids[0], result=reason or "allowed", detail=detail))
    if reason:
        raise UndeliverableError(reason)


def _post(services: Services, message: Message, target: Target) -> None:
    """As a message of the bot's own, else through the click's response_url, which publishes nothing that was typed."""
    try:
        services.delivery.publicly(message, without_url(target))
    except UndeliverableError as error:
        if error.reason not in NOT_A_MEMBER or not target.response_url:
            raise
        try:
            services.delivery.publicly(message, replace(target, channel=None))
        except UndeliverableError as second:
            raise error from second


def _view(services: Services, shared: Shared | Outcome, ask: Ask, said: str | None = None) -> View:
    if not isinstance(shared, Shared):
        return not_shown(services, shared, ask)
    place = _place(ask)
    way = seal_address(services.keyring, _target(services, ask).response_url, ask.person) if place.channel else None
    return share_view(shared, place, now=services.clock(), way=way, said=said)


def _tell(services: Services, ask: Ask, said: Message) -> None:
    """Tell the sharer alone: in the modal that waits for this, in a message when it was closed meanwhile."""
    if not ask.origin.waiting or not services.modals.answer_in(ask.origin, note_view(said, ask.language)):
        chosen = ask.given(Sharing).chosen
        services.delivery.privately(said, Target(ask.person.user) if chosen else _target(services, ask))


def _target(services: Services, ask: Ask) -> Target:
    """Where it goes: the address of this very click or submission, else the one that came with the modal."""
    kept = open_address(services.keyring, ask.given(Sharing).way, ask.person)
    return replace(ask.target, response_url=ask.origin.response_url or kept)


def _place(ask: Ask) -> Place:
    """Where the card was seen; a conversation with the bot alone is no place to share to, so another one is chosen."""
    own = (ask.origin.channel or "").startswith("D")
    return Place() if own or ask.given(Sharing).chosen else Place(ask.origin.channel, ask.origin.thread_ts)


def seal_address(keyring: Keyring, url: str | None, person: Person) -> str | None:
    """The address that answers a click, as text for the private metadata of a modal; None for none.

    It lets whoever knows it post in a conversation, so it is sealed, and bound to the person who clicked.
    """
    if not url:
        return None
    return base64.urlsafe_b64encode(keyring.seal(url.encode(), kind=ADDRESS, owner=person.ids)).decode("ascii")


def open_address(keyring: Keyring, sealed: str | None, person: Person) -> str | None:
    """The address; None for what was altered, belongs to somebody else or is no sealed address at all."""
    try:
        return keyring.unseal(base64.urlsafe_b64decode(sealed or ""), kind=ADDRESS, owner=person.ids).decode()
    except (SealError, binascii.Error, ValueError):
        return None


HANDLERS: Final[dict[Name, Handler]] = {
    Name.CARD_SHARE: pressed,
    Name.SHARE_PREVIEW: preview,
    Name.SHARE_SUBMITTED: submitted,
    Name.SHARE_KEEP: _keeper(_upload),
    Name.SHARE_CANVAS: _keeper(_write),
}
