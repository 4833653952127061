"""A denial handed to those who can allow it: asked for with evidence, decided by a button, told to the person who asked.

Nothing here changes a policy. A request is open, then granted or declined; after two weeks it expires by itself.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog

from bot.blocks.details import can_ask
from bot.blocks.handoff import (
    decision,
    decline_view,
    ended,
    ending,
    form_view,
    granted_before,
    loading_view,
    note,
    note_view,
    request_message,
    thread_note,
    waiting,
    with_resource,
)
from bot.blocks.kit import Message
from bot.blocks.logticket import Denied
from bot.delivery import NotPostedError, Target, UndeliverableError, body
from bot.explain import impersonal, redact
from bot.handlers import ticket
from bot.handlers.ask import Ask, Decision, Name, Origin, Wanted
from bot.handlers.card import outcome_of
from bot.handlers.services import Handler, NotAuditedError, Services, View
from bot.handlers.ticket_words import wanted_in
from bot.languages import Language
from bot.outcomes import Found
from bot.store.chain import Entry
from bot.store.errors import StoreError, StoreUnavailableError
from bot.store.requests import WAITS, PermissionRequest

_LOG: Final = structlog.get_logger("bot.handlers")


def form(services: Services, ask: Ask) -> Message | None:
    """The button under a denial: a form with what would be sent, read anew as the person who pressed it."""

    def make(_waiting: Ask) -> View:
        admins, earlier = services.settings.requestlog_admin_channel, _asked_before(services, ask)
        if earlier is not None:
            return note_view(_standing(earlier, ask.language), ask.language)
        found = _denied(services, ask)
        if admins is None or found is None:
            return note_view(note("gone" if admins else "not_configured", ask.language), ask.language)
        place = {"channel": ask.origin.channel, "thread_ts": ask.origin.thread_ts}
        return form_view(found, admins, place | {"request_id": ask.text})

    return services.in_new_modal(ask, loading_view(ask.language), make, late=note("button_expired", ask.language))


def _asked_before(services: Services, ask: Ask) -> PermissionRequest | None:
    """What the same person asked for because of the same denial, and still waits or has, for as long as was asked."""
    now = services.clock()
    found = services.requests.find_standing(ask.person, ticket.ACTION if _is_ticket(ask) else ask.text, now)
    until = _until(found) if found else None
    return found if found and found.channel and (until is None or until > now) else None


def _until(request: PermissionRequest) -> datetime | None:
    """When what was granted ends, by what was asked for; None for what does not end, or was not granted."""
    return ending(request.duration, request.told_at) if request.state == "granted" and request.told_at else None


def _standing(request: PermissionRequest, language: Language) -> Message:
    if request.state == "granted":
        return granted_before(request.decided_by or "", _until(request), language)
    return note("already_sent", language)


def _is_ticket(ask: Ask) -> bool:
    """Whether it is about a denied log ticket, whose form is then the text, and not about a call's RequestId."""
    return ask.text.startswith("{")


def submitted(services: Services, ask: Ask) -> None:
    """The form sent off; a view waits in its place under an external id."""
    said = note(_send(services, ask), ask.language)
    if not services.modals.answer_in(ask.origin, note_view(said, ask.language)):
        services.delivery.privately(said, Target(ask.person.user))


def decline(services: Services, ask: Ask) -> Message | None:
    """The button of who declines: a form for the reason."""
    refused = _refused(services, ask, services.requests.find(ask.text))
    if refused:
        services.record(ask, Entry("permission.decided", ask.text, result=refused))
        return note(refused, ask.language)
    place = {"channel": ask.origin.channel, "message_ts": ask.origin.message_ts}
    opened = services.modals.show(ask.origin, decline_view(ask.text, place, ask.language))
    return note("button_expired", ask.language) if opened is None else None


def decided(services: Services, ask: Ask) -> Message | None:
    """A decision, by a button or with a reason; what hinders it is told in the form's place where there was one."""
    said = _decided(services, ask)
    shown = note_view(said or note("told", ask.language), ask.language, "decline_form.title")
    return None if ask.origin.waiting and services.modals.answer_in(ask.origin, shown) else said


def _decided(services: Services, ask: Ask) -> Message | None:
    """Only who is named as a decider may decide, and nobody on a request of their own."""
    installed = services.settings.requestlog_lang
    request = services.requests.find(ask.text)
    refused = _refused(services, ask, request)
    attempt = Entry("permission.decided", request.request_id if request else "", result=refused or "unknown")
    if request is None or refused:
        services.record(ask, attempt)
        return note(refused or "unknown", ask.language)
    if request.expired(services.clock()):
        services.record(ask, replace(attempt, result="expired"))
        _show(services, ask, ended(_message(request.shown), "expired", "", installed))
        return note("expired", ask.language)
    verdict, by, reason = ask.given(Decision).verdict, ask.person.user, redact(ask.given(Decision).reason)
    try:
        detail = {"request": request.id, "owner": request.owner.key}
        decided = services.requests.decide(request.id, verdict, by, ask.attempt(replace(attempt, detail=detail)))
    except StoreUnavailableError:
        raise NotAuditedError from None
    if not decided:
        known = services.requests.find(request.id) or request
        # This very decision may have been noted before a restart, and the person who asked does not know yet.
        if known.told_at or (known.state, known.decided_by) != (verdict, by):
            return note(f"decided_{known.state}", ask.language, known.decided_by)
    _show(services, ask, ended(_message(request.shown), verdict, by, installed))
    # Where Slack refuses this or that, the person who asked still hears it.
    thread = {"channel": ask.origin.channel, "thread_ts": ask.origin.message_ts}
    _try(services, "chat.postMessage", **thread, **body(thread_note(verdict, by, reason, installed)))
    now, language = services.clock(), services.language(request.owner)
    until = _until(replace(request, state=verdict, told_at=now))
    said = decision(verdict, request.action, request.request_id, by, language, reason=reason, until=until)
    services.delivery.privately(said, Target(request.owner.user))
    services.requests.note_informed(request.id, now)
    return None


def expired(services: Services, ask: Ask) -> None:
    """A request that nobody decided in time ends by itself: where it stands, and for who asked."""
    request, installed = services.requests.find(ask.text), services.settings.requestlog_lang
    if request is None:
        return
    attempt = ask.attempt(Entry("permission.decided", request.request_id, detail={"request": request.id}))
    try:
        if not services.requests.decide(request.id, "expired", "", attempt):
            return
    except StoreUnavailableError:
        raise NotAuditedError from None
    _show(services, ask, ended(_message(request.shown), "expired", "", installed))
    said = decision("expired", request.action, request.request_id, "", ask.language)
    services.delivery.privately(said, Target(request.owner.user))


def _refused(services: Services, ask: Ask, request: PermissionRequest | None) -> str | None:
    """The name of the sentence on why this person may not decide here; None when they may."""
    if ask.person not in services.deciders:
        return "not_decider" if services.deciders else "no_deciders"
    if request is not None and request.channel not in (None, ask.origin.channel):
        return "not_here"
    return "own_request" if request is not None and request.owner.user == ask.person.user else None


def _send(services: Services, ask: Ask) -> str:
    """Post the request; gives the name of the sentence that says how it went."""
    admins = services.settings.requestlog_admin_channel
    found = _denied(services, replace(ask, language=services.settings.requestlog_lang))
    if admins is None or found is None or ask.origin.view is None:
        return "not_configured" if admins is None else "gone"
    wanted, now = ask.given(Wanted), services.clock()
    named = with_resource(found, redact(wanted.resource))
    shown = request_message(named, ask.person.user, redact(wanted.reason), wanted.duration)
    denial = found.explanation.denial
    action = (denial and denial.action) or ""
    request = PermissionRequest(ask.origin.view, ask.person, found.request_id, action, wanted.duration, shown.as_json(), now)
    try:
        earlier = services.requests.find(request.id) or _asked_before(services, ask)
        if earlier is not None and earlier.channel is not None:
            return "sent" if earlier.id == request.id else "already_sent"
        services.settle()
        if closed := services.closed(admins):
            services.record(ask, Entry("permission.asked", found.request_id, result=closed))
            return closed
        asked = Entry("permission.asked", found.request_id, result="sent", detail={"action": action, "shown_to": admins})
        services.requests.save(request, ask.attempt(asked))
    except StoreUnavailableError:
        return "store"
    return _post(services, ask, request, admins)


def _post(services: Services, ask: Ask, request: PermissionRequest, admins: str) -> str:
    until = request.asked_at + WAITS
    ready = waiting(_message(request.shown), request.id, until, services.settings.requestlog_lang)
    try:
        answer = services.delivery.call("chat.postMessage", channel=admins, **body(ready))
    except NotPostedError as error:
        _LOG.warning("permission_request_not_posted", reason=error.reason)
        services.requests.delete(request.id)
        return "not_reached"
    except UndeliverableError:
        return "perhaps_sent"
    channel = str(answer.get("channel") or admins)
    services.requests.save(replace(request, channel=channel))
    there = Origin(channel, message_ts=str(answer.get("ts")))
    with suppress(StoreError):  # then it expires when somebody presses a button of it
        ends = replace(ask, name=Name.PERMISSION_EXPIRED, text=request.id, origin=there, arguments=None)
        services.later(ends, request.id, WAITS.total_seconds())
    return "sent"


def _denied(services: Services, ask: Ask) -> Found | None:
    if _is_ticket(ask):
        refused = ticket.outcome_of(services, ask, wanted_in(ask.text))
        if not isinstance(refused, Denied) or not can_ask(refused.explanation, logged=False):
            return None
        return Found(refused.explanation.request_id or "–", impersonal(refused.explanation), ())
    outcome = outcome_of(services, ask)
    if not isinstance(outcome, Found) or not can_ask(outcome.explanation):
        return None
    return replace(outcome, explanation=impersonal(outcome.explanation))


def _show(services: Services, ask: Ask, message: Message) -> None:
    """The request's new state in the place of the old."""
    _try(services, "chat.update", channel=ask.origin.channel, ts=ask.origin.message_ts, **body(message))


def _try(services: Services, method: str, **arguments: Any) -> None:
    try:
        services.delivery.call(method, **arguments)
    except (NotPostedError, UndeliverableError) as error:
        _LOG.warning("state_not_shown", method=method, reason=error.reason)


def _message(shown: dict[str, Any]) -> Message:
    return Message(shown["text"], shown["blocks"])


HANDLERS: Final[dict[Name, Handler]] = {
    Name.PERMISSION_FORM: form,
    Name.PERMISSION_SUBMITTED: submitted,
    Name.PERMISSION_DECLINE: decline,
    Name.PERMISSION_DECIDED: decided,
    Name.PERMISSION_EXPIRED: expired,
}
