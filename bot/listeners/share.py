"""Sharing: the switches and buttons of its modal, and the modal sent off. Share itself is a button of the card."""

from dataclasses import replace
from functools import partial

from slack_bolt import Ack, App

from bot.blocks.details import detail_loading
from bot.blocks.share import CALLBACK, KEEP, MASKS, WHERE
from bot.explain.masking import MASK_CLASSES, MaskClass
from bot.handlers.ask import Ask, Sharing
from bot.handlers.names import Name
from bot.languages import language_in
from bot.listeners.intake import Intake
from bot.listeners.payloads import (
    Payload,
    metadata_of,
    origin_of,
    person_of,
    request_id_in,
    seen_view,
    text_of,
    value_at,
)


class ShareListener:
    """Accepts what is done in the modal."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(MASKS)(self.switched)
        app.action(KEEP)(self.kept)
        app.view(CALLBACK)(self.submitted)

    def switched(self, ack: Ack, body: Payload) -> None:
        """A class was switched: the preview follows."""
        ask = _in_modal(Name.SHARE_PREVIEW, body)
        if ask is None:
            ack()
        else:
            self._intake.take(ask, ask.origin.trigger, ack)

    def kept(self, ack: Ack, body: Payload) -> None:
        """Keep for the post-mortem: one press of a button as it was seen is one file."""
        ask = _in_modal(Name.SHARE_KEEP, body)
        if ask is None:
            ack()
        else:
            self._intake.take(ask, seen_view(body), ack)

    def submitted(self, ack: Ack, body: Payload) -> None:
        """The modal was sent off. It closes where the card itself is seen; else it stays, and says what came of it."""
        ask = _in_modal(Name.SHARE_SUBMITTED, body)
        occasion = text_of(body, "view", "id") or ""
        if ask is None:
            ack()
        elif ask.given(Sharing).chosen:
            language = language_in(text_of(metadata_of(body), "language")) or self._intake.language
            self._intake.take_form(ask, occasion, ack, field=WHERE, waiting=partial(detail_loading, "share", language))
        else:
            self._intake.take_closing(ask, occasion, ack)


def _in_modal(name: Name, body: Payload) -> Ask | None:
    """What is done in the modal, with the switches as they stand, and the place: the card's, else the one chosen."""
    known = metadata_of(body)
    request_id = request_id_in(text_of(known, "request_id"))
    if request_id is None:
        return None
    chosen, url = _chosen_place(body)
    origin = origin_of(body)
    origin = replace(origin, channel=origin.channel or chosen, response_url=url)
    given = Sharing(_masks(body), chosen is not None, text_of(known, "way"))
    return Ask(name, person_of(body), request_id, origin, given)


def _masks(body: Payload) -> tuple[MaskClass, ...]:
    """The classes that are ticked; all of them when the payload does not say, for what is shared stays shared."""
    ticked = value_at(body, "view", "state", "values", MASKS, MASKS, "selected_options")
    if not isinstance(ticked, list):
        return MASK_CLASSES
    values = {text_of(each, "value") for each in ticked}
    return tuple(each for each in MASK_CLASSES if each in values)


def _chosen_place(body: Payload) -> tuple[str | None, str | None]:
    """The channel picked in the modal and the address to post there, where the card itself had no place."""
    urls = body.get("response_urls")
    first = urls[0] if isinstance(urls, list) and urls else None
    picked = text_of(body, "view", "state", "values", WHERE, "value", "selected_conversation")
    return text_of(first, "channel_id") or picked, text_of(first, "response_url")
