"""Clicks: on a card's buttons and menu, a summary's groups, preferences, permission requests, and in modals.

A button's value is an id: what it stands for is read anew, by the rights of whoever clicks.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from bot.blocks import account, compare, details, feedback, handoff, home, logticket, outcome, share, shortcut, summary
from bot.explain.masking import MASK_CLASSES, MaskClass
from bot.handlers.ask import Arguments, Ask, Choice, Decision, Earlier, Name, Opinion, Page, Sharing, Shown
from bot.listeners.payloads import (
    Payload,
    action_of,
    command_id_in,
    denied_in,
    metadata_of,
    origin_of,
    parsed,
    person_of,
    reference_in,
    request_id_in,
    request_ids_in,
    seconds,
    text_of,
    value_at,
)

#: A payload and what was chosen in it → the ask; None for a value that the bot gave to no button.
Read = Callable[[Payload, str], Ask | None]


def click(body: Payload) -> Ask | None:
    """What a click asks for. An option of a menu stands for a button: its value names it, and that button's value."""
    action = action_of(body)
    name = text_of(action, "action_id") or ""
    value = text_of(action, "value") or text_of(action, "selected_option", "value") or ""
    if name in (details.MORE, details.OPINIONS):
        name, _, value = value.partition(" ")
    read = ACTIONS.get(name) or ACTIONS.get(name.rstrip("0123456789"))  # a summary's groups are numbered
    return read(body, value) if read else None


def _of(name: Name, value_in: Callable[[str], str | None], arguments: Arguments | None = None) -> Read:
    """A button whose value is an id of one form.

    The time of the bot's own message says nothing about the age of a request, so none goes along.
    """

    def read(body: Payload, value: str) -> Ask | None:
        known = value_in(value)
        return None if known is None else Ask(name, person_of(body), known, origin_of(body), arguments)

    return read


def _open(body: Payload, value: str) -> Ask | None:
    """A shared card's button carries what the card shows, besides."""
    known = parsed(value)
    shown = Shown({name: said for name, said in known.items() if isinstance(said, str)})
    return _of(Name.CARD_OPEN, request_id_in, shown)(body, text_of(known, "request_id") or value)


def _turn(step: int, body: Payload, _value: str) -> Ask | None:
    """Another page of the modal that was clicked in; what it shows stands in its private metadata."""
    known = metadata_of(body)
    page = known.get("page")
    detail: Literal["parameters", "response"] = "parameters" if known.get("detail") == "parameters" else "response"
    wanted = Page(detail, page + step if isinstance(page, int) else 0)
    return _of(Name.DETAILS_PAGE, request_id_in, wanted)(body, text_of(known, "request_id") or "")


def _choose(setting: Literal["language", "account"], body: Payload, _value: str) -> Ask | None:
    """A menu has options alone: a value of its own is none of Slack's."""
    chosen = text_of(action_of(body), "selected_option", "value")
    return (
        Ask(Name.CHOOSE_SETTING, person_of(body), origin=origin_of(body), arguments=Choice(setting, chosen)) if chosen else None
    )


def sharing(name: Name, body: Payload, _value: str = "") -> Ask | None:
    """What is done in the modal of sharing, with the switches as they stand, and the place: the card's, else the one chosen."""
    known = metadata_of(body)
    urls = body.get("response_urls")
    first = urls[0] if isinstance(urls, list) and urls else None
    picked = text_of(body, "view", "state", "values", share.WHERE, "value", "selected_conversation")
    chosen = text_of(first, "channel_id") or picked
    given = Sharing(_masks(body), chosen is not None, text_of(known, "way"))
    ask = _of(name, request_ids_in, given)(body, text_of(known, "request_id") or "")
    if ask is None:
        return None
    origin = replace(ask.origin, channel=ask.origin.channel or chosen, response_url=text_of(first, "response_url"))
    return replace(ask, origin=origin)


def _compare(body: Payload, value: str) -> Ask | None:
    """The button carries the ids of the earlier summary, its time, and the ids of its own."""
    before, _, rest = value.partition("|")
    at, _, now = rest.partition("|")
    since = seconds(at)
    if request_ids_in(before) is None or since is None:
        return None
    return _of(Name.COMPARE, request_ids_in, Earlier(before, int(since)))(body, now)


def _masks(body: Payload) -> tuple[MaskClass, ...]:
    """The classes that are ticked; all of them when the payload does not say, for what is shared stays shared."""
    ticked = value_at(body, "view", "state", "values", share.MASKS, share.MASKS, "selected_options")
    if not isinstance(ticked, list):
        return MASK_CLASSES
    values = {text_of(each, "value") for each in ticked}
    return tuple(each for each in MASK_CLASSES if each in values)


#: By the action id. What is not here, such as a link's button, is acknowledged and not read.
ACTIONS: Final[dict[str, Read]] = {
    **{each: _of(Name(each), request_id_in) for each in details.BUTTONS},
    details.SHARE: _of(Name.CARD_SHARE, request_ids_in),
    shortcut.EXPLAIN_LINK: _of(Name.EXPLAIN_LINK, request_id_in),
    outcome.WAIT: _of(Name.WAIT, request_id_in),
    outcome.WAIT_END: _of(Name.WAIT_END, request_id_in),
    share.OPEN: _open,
    compare.COMPARE: _compare,
    summary.OPEN_CARD: _of(Name.OPEN_CARD, request_id_in),
    home.OPEN_AGAIN: _of(Name.EXPLAIN_MESSAGE, request_id_in),
    details.PREVIOUS: partial(_turn, -1),
    details.NEXT: partial(_turn, 1),
    details.HELPFUL: _of(Name.FEEDBACK, reference_in, Opinion(helpful=True)),
    details.WRONG: _of(Name.FEEDBACK, reference_in, Opinion(helpful=False)),
    feedback.SAY: _of(Name.FEEDBACK_SAY, reference_in),
    account.CHOOSE_LANGUAGE: partial(_choose, "language"),
    account.CHOOSE_ACCOUNT: partial(_choose, "account"),
    share.MASKS: partial(sharing, Name.SHARE_PREVIEW),
    share.KEEP: partial(sharing, Name.SHARE_KEEP),
    share.CANVAS: partial(sharing, Name.SHARE_CANVAS),
    details.ASK: _of(Name.PERMISSION_FORM, denied_in),
    handoff.GRANT: _of(Name.PERMISSION_DECIDED, command_id_in, Decision("granted")),
    handoff.DECLINE: _of(Name.PERMISSION_DECLINE, command_id_in),
    logticket.CHANGE: _of(Name.TICKET_CHANGE, lambda value: value if parsed(value) else None),
}
