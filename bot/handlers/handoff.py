"""A denial handed to those who can allow it: asked for with evidence, decided by a button, told to the person who asked.

Nothing here changes a policy. State machine of a request: open → granted | declined, or expired after two weeks.
"""

from dataclasses import replace
from typing import Any, Final

import structlog

from bot.blocks.handoff import (
    can_ask,
    decision,
    ended,
    form_view,
    loading_view,
    note,
    note_view,
    request_message,
    thread_note,
    waiting,
    with_resource,
)
from bot.blocks.kit import Message
from bot.delivery import NotPostedError, Target, UndeliverableError, body
from bot.explain import impersonal, redact
from bot.handlers.ask import Ask, Decision, Name, Wanted
from bot.handlers.card import outcome_of
from bot.handlers.services import Handler, NotAuditedError, Services, View, attempt_of
from bot.outcomes import Found
from bot.store.chain import Entry
from bot.store.errors import StoreUnavailableError
from bot.store.requests import WAITS, PermissionRequest

_LOG: Final = structlog.get_logger("bot.handlers")


def form(services: Services, ask: Ask) -> Message | None:
    """The button under a denial: a form with what would be sent, read anew as the person who pressed it."""

    def make() -> View:
        admins, found = services.settings.requestlog_admin_channel, _denied(services, ask)
        if admins is None or found is None:
            return note_view(note("gone" if admins else "not_configured", ask.language), ask.language)
        return form_view(found, admins, {"channel": ask.origin.channel, "thread_ts": ask.origin.thread_ts})

    return services.in_new_modal(ask, loading_view(ask.language), make, late=note("button_expired", ask.language))


def submitted(services: Services, ask: Ask) -> None:
    """The form sent off; a view waits in its place under an external id."""
    said = note(_send(services, ask), ask.language)
    if not services.modals.answer_in(ask.origin, note_view(said, ask.language)):
        services.delivery.privately(said, Target(ask.person.user))


def decided(services: Services, ask: Ask) -> Message | None:
    """An administrator's button: only who is named as a decider may press it, and nobody on a request of their own."""
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
    verdict, by = ask.given(Decision).verdict, ask.person.user
    try:
        detail = {"request": request.id, "owner": request.owner.key}
        decided = services.requests.decide(request.id, verdict, by, attempt_of(ask, replace(attempt, detail=detail)))
    except StoreUnavailableError:
        raise NotAuditedError from None
    if not decided:
        known = services.requests.find(request.id) or request
        # This very decision may have been noted before a restart, and the person who asked does not know yet.
        if known.informed or (known.state, known.decided_by) != (verdict, by):
            return note(f"decided_{known.state}", ask.language, known.decided_by)
    _show(services, ask, ended(_message(request.shown), verdict, by, installed))
    # Where Slack refuses this or that, the person who asked still hears it.
    thread = {"channel": ask.origin.channel, "thread_ts": ask.origin.message_ts}
    _try(services, "chat.postMessage", **thread, **body(thread_note(verdict, by, installed)))
    said = decision(verdict, request.action, request.request_id, by, services.language(request.owner))
    services.delivery.privately(said, Target(request.owner.user))
    services.requests.note_informed(request.id, services.clock())
    return None


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
    request = PermissionRequest(ask.origin.view, ask.person, ask.text, action, wanted.duration, shown.as_json(), now)
    try:
        earlier = services.requests.find(request.id) or services.requests.find_open(ask.person, ask.text, now)
        if earlier is not None and earlier.channel is not None:
            return "sent" if earlier.id == request.id else "already_sent"
        asked = Entry("permission.asked", found.request_id, result="sent", detail={"action": action, "shown_to": admins})
        services.requests.save(request, attempt_of(ask, asked))
    except StoreUnavailableError:
        return "store"
    return _post(services, request, admins)


def _post(services: Services, request: PermissionRequest, admins: str) -> str:
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
    services.requests.save(replace(request, channel=str(answer.get("channel") or admins)))
    return "sent"


def _denied(services: Services, ask: Ask) -> Found | None:
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
    Name.PERMISSION_DECIDED: decided,
}
