"""Sharing: the button on a card, the switches and buttons of the modal, and the modal sent off."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.blocks.details import SHARE
from bot.blocks.share import CALLBACK, KEEP, MASKS, WHERE
from bot.blocks.shortcut import result
from bot.explain.masking import MASK_CLASSES
from bot.handlers.ask import Ask
from bot.languages import Language
from bot.listeners.card import action_of, click, metadata_of
from bot.listeners.intake import Intake, text_of
from bot.listeners.values import request_id_in


class ShareListener:
    """Accepts what is done about sharing. ``open_`` and ``language`` are as CardListener's."""

    def __init__(self, intake: Intake, open_: Callable[[str, dict[str, Any]], object], language: Language) -> None:
        self._intake = intake
        self._open = open_
        self._language = language

    def register(self, app: App) -> None:
        """Tell Bolt which payloads are ours."""
        app.action(SHARE)(self.pressed)
        app.action(MASKS)(self.switched)
        app.action(KEEP)(self.kept)
        app.view(CALLBACK)(self.submitted)

    def pressed(self, ack: Ack, body: dict[str, Any]) -> None:
        """Share under a card."""
        self._take(SHARE, click(body, text_of(action_of(body), "value")), text_of(body, "trigger_id"), ack)

    def switched(self, ack: Ack, body: dict[str, Any]) -> None:
        """A class was switched: the preview follows."""
        self._take("share_preview", _in_dialog(body), text_of(body, "trigger_id"), ack)

    def kept(self, ack: Ack, body: dict[str, Any]) -> None:
        """Keep for the post-mortem. A view's hash changes with its content, so one press of a button seen is one file."""
        seen = f"{text_of(body, 'view', 'id')} {text_of(body, 'view', 'hash') or text_of(body, 'trigger_id')}"
        self._take("share_keep", _in_dialog(body), seen, ack)

    def submitted(self, ack: Ack, body: dict[str, Any]) -> None:
        """The modal was sent off; it closes, and what comes of it is told in its channel or to the person."""
        ask = _in_dialog(body)
        if request_id_in(ask.text) is None:
            ack()
            return
        trouble = self._intake.take("share_submitted", ask, text_of(body, "view", "id") or "")
        if trouble is None:
            ack()
        else:
            ack(response_action="update", view=result(trouble, self._language))

    def _take(self, story: str, ask: Ask, occasion: str | None, ack: Ack) -> None:
        if request_id_in(ask.text) is None:
            ack()
            return
        trouble = self._intake.take(story, ask, occasion or "")
        ack()
        if trouble is not None:
            self._open(str((ask.extra or {}).get("trigger") or ""), result(trouble, self._language))


def _in_dialog(body: dict[str, Any]) -> Ask:
    """What is done in the modal, with the switches as they stand, and the place: the card's, else the one chosen."""
    known = metadata_of(body)
    chosen, url = _chosen_place(body)
    more = {"masks": _masks(body), "chosen": chosen is not None, "way": text_of(known, "way")}
    ask = click(body, text_of(known, "request_id"), **more)
    return replace(ask, channel=ask.channel or chosen, response_url=url)


def _masks(body: dict[str, Any]) -> list[str]:
    """The classes that are ticked; all of them when the payload does not say, for what is shared stays shared."""
    ticked: object = body
    for part in ("view", "state", "values", MASKS, MASKS, "selected_options"):
        ticked = ticked.get(part) if isinstance(ticked, dict) else None
    if not isinstance(ticked, list):
        return list(MASK_CLASSES)
    return [value for each in ticked if isinstance(each, dict) and (value := text_of(each, "value"))]


def _chosen_place(body: dict[str, Any]) -> tuple[str | None, str | None]:
    """The channel picked in the modal and the address to post there, where the card itself had no place."""
    urls = body.get("response_urls")
    first = urls[0] if isinstance(urls, list) and urls and isinstance(urls[0], dict) else {}
    picked = text_of(body, "view", "state", "values", WHERE, "value", "selected_conversation")
    return text_of(first, "channel_id") or picked, text_of(first, "response_url")
