"""Forms: a modal sent off comes back as an ask, as errors beside its fields, or as nothing where it makes no sense."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.blocks import feedback, handoff, logticket, share, shortcut
from bot.blocks.details import detail_loading
from bot.blocks.logticket import TEXTS
from bot.handlers.ask import Ask, Comment, Decision, Name, Origin, Wanted
from bot.handlers.services import View
from bot.handlers.ticket_words import uid_of
from bot.languages import Language
from bot.listeners.actions import sharing
from bot.listeners.payloads import (
    Payload,
    command_id_in,
    denied_in,
    entry_of,
    metadata_of,
    origin_of,
    person_of,
    reference_in,
    text_of,
    value_at,
)

Errors = dict[str, str]
_UIDS: Final = {logticket.MEMBER: "role_for", logticket.SOURCE: "log_user_id"}


@dataclass(frozen=True, slots=True)
class Form:
    """How a modal that was sent off is read.

    ``field`` is the one beside which it is told that nothing could be recorded, so that nothing typed is lost. ``waiting``
    makes the view that stands in its place until the answer, found by an external id.
    """

    read: Callable[[Payload, Language], Ask | Errors | None]
    field: str
    waiting: Callable[[Language, str], View]


def _text(body: Payload, language: Language) -> Ask | Errors:
    """The form of the global shortcut."""
    typed = entry_of(body, shortcut.FIELD)
    fault = "empty" if not typed.strip() else "long" if len(typed) > shortcut.LONGEST_TEXT else None
    if fault:
        return {shortcut.FIELD: shortcut.form_error(fault, language)}
    return Ask(Name.SUBMITTED, person_of(body), typed, Origin())


def _permission(body: Payload, language: Language) -> Ask | Errors | None:
    """What is asked of the administrators: with a reason, and a resource only in the form that RAM knows."""
    denied = denied_in(text_of(metadata_of(body), "request_id"))
    reason, duration, resource = (entry_of(body, name).strip() for name in (handoff.REASON, handoff.DURATION, handoff.RESOURCE))
    if denied is None:
        return None
    if not reason:
        return {handoff.REASON: handoff.blank_reason(language)}
    if resource and not handoff.is_resource(resource):
        return {handoff.RESOURCE: handoff.wrong_resource(language)}
    wanted = Wanted(reason, duration if duration in handoff.DURATIONS else handoff.USUAL_DURATION, resource)
    return Ask(Name.PERMISSION_SUBMITTED, person_of(body), denied, _replaced(body), wanted)


def _ticket(body: Payload, language: Language) -> Ask | Errors | None:
    """The four fields of a log ticket, as Slack sends them: the two choices chosen, the two numbers texts or null."""
    hub, spoken = (entry_of(body, name) for name in (logticket.HUB, logticket.LANGUAGE))
    numbers = [value_at(body, "view", "state", "values", block, "value") for block in _UIDS]
    if not (hub and spoken and all(isinstance(each, dict) and isinstance(each.get("value"), str | None) for each in numbers)):
        return None
    typed = {block: entry_of(body, block) for block in _UIDS}
    wrong = [block for block in _UIDS if typed[block].strip() and uid_of(typed[block]) is None]
    if wrong:
        return {block: TEXTS("form.not_a_uid", language) for block in wrong}
    form = {"hub": hub, "language": spoken} | {name: typed[block] for block, name in _UIDS.items()}
    return Ask(Name.TICKET_SUBMITTED, person_of(body), json.dumps(form), _replaced(body))


def _declined(body: Payload, _language: Language) -> Ask | None:
    """A decider declines, perhaps with a reason; the message to change is the one that the form was opened from."""
    known = metadata_of(body)
    request = command_id_in(text_of(known, "request_id"))
    if request is None:
        return None
    origin = replace(_replaced(body), message_ts=text_of(known, "message_ts"))
    decision = Decision("declined", entry_of(body, handoff.REASON).strip())
    return Ask(Name.PERMISSION_DECIDED, person_of(body), request, origin, decision)


def _comment(body: Payload, _language: Language) -> Ask | None:
    """One line on what is wrong with an explanation."""
    reference = reference_in(text_of(metadata_of(body), "reference"))
    typed = entry_of(body, feedback.FIELD)[: feedback.LONGEST_COMMENT]
    if reference is None:
        return None
    return Ask(Name.FEEDBACK_SAID, person_of(body), typed, _replaced(body), Comment(reference))


def _replaced(body: Payload) -> Origin:
    """The origin of a form in whose place another view waits: nothing is to be opened on top of it."""
    return replace(origin_of(body), in_modal=False, trigger=None)


#: By the callback id.
FORMS: Final[dict[str, Form]] = {
    shortcut.FORM: Form(_text, shortcut.FIELD, lambda language, name: shortcut.loading(language, external_id=name)),
    share.CALLBACK: Form(
        lambda body, _language: sharing(Name.SHARE_SUBMITTED, body),
        share.WHERE,
        partial(detail_loading, "share"),
    ),
    feedback.FORM: Form(_comment, feedback.FIELD, feedback.waiting_view),
    handoff.FORM: Form(_permission, handoff.REASON, handoff.waiting_view),
    handoff.DECLINE_FORM: Form(_declined, handoff.REASON, handoff.waiting_view),
    logticket.FORM: Form(_ticket, logticket.HUB, logticket.waiting_view),
}
