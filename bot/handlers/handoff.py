"""A denial handed to those who can allow it: asked for with evidence, decided by a button, told to the person who asked.

Nothing here changes a policy. State machine of a request: open → granted | declined, or expired after two weeks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

import structlog

from bot.blocks.handoff import (
    Verdict,
    can_ask,
    ended,
    form_view,
    loading_view,
    note,
    note_view,
    request_message,
    thread_note,
    told,
    waiting,
)
from bot.blocks.kit import Message
from bot.delivery import Delivery, NotPostedError, Target, UndeliverableError
from bot.explain import redact
from bot.handlers.ask import Ask
from bot.handlers.choices import owner_of
from bot.handlers.modal import Modal
from bot.identity.person import Person
from bot.languages import Language
from bot.outcomes import Found
from bot.store.errors import StoreUnavailableError
from bot.store.requests import WAITS, PermissionRequest, RequestStore

_LOG: Final = structlog.get_logger("bot.handlers")


@dataclass(frozen=True, slots=True)
class HandoffStory:
    """Sends permission requests to ``admins`` (a Slack channel or user id; None: nowhere) and takes their decisions.

    ``look`` finds the ask's RequestId as the asker, in a language; None where there is no log. ``language`` is the
    installation's, for what several people read. ``clock`` gives aware times.
    """

    look: Callable[[Ask, Language], Found | None]
    requests: RequestStore
    delivery: Delivery
    modal: Modal
    language_of: Callable[[Person], Language]
    language: Language
    admins: str | None
    clock: Callable[[], datetime]

    def form(self, ask: Ask, _reference: str) -> None:
        """The button under a denial: a form with what would be sent, read anew as the person who pressed it."""
        language = self.language_of(ask.person)
        view_id = self._open(ask, loading_view(language))
        if view_id is None:
            self.delivery.privately(note("button_expired", language), ask.target)
            return
        said = self._denied(ask, language)
        if self.admins is None or said is None:
            reason = "gone" if self.admins else "not_configured"
            view = note_view(note(reason, language), language)
        else:
            view = form_view(said, self.admins, {"channel": ask.channel, "thread_ts": ask.thread_ts})
        self.modal.update(view_id, view)

    def submitted(self, ask: Ask, _reference: str) -> None:
        """The form sent off; ``view`` is the external id of the view that waits in its place."""
        language = self.language_of(ask.person)
        said = note(self._send(ask), language)
        if not self.modal.update_acknowledged(ask.view or "", note_view(said, language)):
            self.delivery.privately(said, Target(ask.person.user))

    def decided(self, ask: Ask, _reference: str) -> None:
        """An administrator's button. Who sees it may press it: the membership of that place is the right."""
        language = self.language_of(ask.person)
        extra = ask.extra or {}
        request = self.requests.find(ask.text)
        if request is None or request.channel not in (None, ask.channel):
            self.delivery.privately(note("not_here" if request else "unknown", language), ask.target)
            return
        if request.expired(self.clock()):
            self._show(ask, ended(_message(request.shown), "expired", "", self.language))
            self.delivery.privately(note("expired", language), ask.target)
            return
        verdict = cast("Verdict", extra["verdict"])
        if not self.requests.decide(request.id, verdict, ask.person.user) and not self._half_done(request.id, ask, verdict):
            known = self.requests.find(request.id) or request
            self.delivery.privately(note(f"decided_{known.state}", language, known.decided_by), ask.target)
            return
        self._show(ask, ended(_message(request.shown), verdict, ask.person.user, self.language))
        self._reply(ask, thread_note(verdict, ask.person.user, self.language))
        self._tell(request, verdict, ask.person.user)

    def _send(self, ask: Ask) -> str:
        """Post the request; gives the name of the sentence that says how it went."""
        said = self._denied(ask, self.language)
        if self.admins is None or said is None or ask.view is None:
            return "not_configured" if self.admins is None else "gone"
        extra = ask.extra or {}
        owner, now = owner_of(ask.person), self.clock()
        shown = request_message(said, ask.person.user, redact(extra["reason"]), extra["wish"])
        denial = said.explanation.denial
        action = (denial and denial.action) or ""
        request = PermissionRequest(ask.view, owner, ask.text, action, extra["wish"], shown.as_json(), now)
        try:
            earlier = self.requests.find(ask.view) or self.requests.find_open(owner, ask.text, now)
            if earlier is not None and earlier.channel is not None:
                return "sent" if earlier.id == ask.view else "already_sent"
            self.requests.save(request)
        except StoreUnavailableError:
            return "store"
        return self._post(request, self.admins)

    def _post(self, request: PermissionRequest, admins: str) -> str:
        ready = waiting(_message(request.shown), request.id, request.asked_at + WAITS, self.language)
        try:
            answer = self.delivery.call("chat.postMessage", channel=admins, **_body(ready))
        except NotPostedError as error:
            _LOG.warning("permission_request_not_posted", reason=error.reason)
            self.requests.delete(request.id)
            return "not_reached"
        except UndeliverableError:
            return "perhaps_sent"
        self.requests.save(replace(request, channel=str(answer.get("channel") or admins)))
        return "sent"

    def _denied(self, ask: Ask, language: Language) -> Found | None:
        said = self.look(ask, language)
        return said if said is not None and can_ask(said.explanation) else None

    def _open(self, ask: Ask, view: dict[str, Any]) -> str | None:
        """A modal; on top of the card's own modal, where the card stands in one."""
        extra = ask.extra or {}
        if not extra.get("in_view"):
            return self.modal.open(extra.get("trigger"), view)
        try:
            answer = self.delivery.call("views.push", trigger_id=extra.get("trigger"), view=view)
        except (NotPostedError, UndeliverableError):
            return None
        opened: str | None = (answer.get("view") or {}).get("id")
        return opened

    def _half_done(self, request_id: str, ask: Ask, verdict: Verdict) -> bool:
        """Whether this very decision was noted before a restart, and the person who asked does not know yet."""
        known = self.requests.find(request_id)
        return known is not None and not known.told and (known.state, known.decided_by) == (verdict, ask.person.user)

    def _show(self, ask: Ask, message: Message) -> None:
        """The request's new state in the place of the old; where Slack refuses, the thread and the person still hear it."""
        ts = (ask.extra or {}).get("ts")
        try:
            self.delivery.call("chat.update", channel=ask.channel, ts=ts, **_body(message))
        except (NotPostedError, UndeliverableError) as error:
            _LOG.warning("state_not_shown", reason=error.reason)

    def _reply(self, ask: Ask, message: Message) -> None:
        ts = (ask.extra or {}).get("ts")
        try:
            self.delivery.call("chat.postMessage", channel=ask.channel, thread_ts=ts, **_body(message))
        except (NotPostedError, UndeliverableError) as error:
            _LOG.warning("state_not_in_thread", reason=error.reason)

    def _tell(self, request: PermissionRequest, verdict: Verdict, by: str) -> None:
        owner = request.owner
        person = Person(owner.user, owner.team, owner.enterprise or None)
        said = told(verdict, request.action, request.request_id, by, self.language_of(person))
        self.delivery.privately(said, Target(owner.user))
        self.requests.told(request.id, self.clock())


def _message(shown: dict[str, Any]) -> Message:
    return Message(shown["text"], shown["blocks"])


def _body(message: Message) -> dict[str, Any]:
    return message.as_json() | {"unfurl_links": False, "unfurl_media": False}
