"""What every handler works with: one frozen value, made once by ``app``; and Slack's modals, which it opens and fills."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, Self

from bot.aliyun.cache import SharedCache
from bot.aliyun.client import Client
from bot.aliyun.credentials import Credential
from bot.aliyun.deadline import Deadline
from bot.aliyun.models import Solution
from bot.blocks.kit import Message
from bot.blocks.shortcut import result
from bot.blocks.trouble import not_audited, trouble, warning
from bot.delivery import AwayError, Delivery, NotPostedError, Target, UndeliverableError, Unsent
from bot.explain.catalog import Catalog
from bot.handlers.ask import Ask, Name, Origin, Wait
from bot.handlers.people import Channels, Choices, Memory, Profiles
from bot.handlers.ticket_words import Consoles
from bot.identity.directory import Deciders, Directory
from bot.identity.person import Person
from bot.languages import Language
from bot.lookup import LookUp
from bot.lookup.rate import RateLimit
from bot.settings import Settings
from bot.store.audit import Audit
from bot.store.chain import Entry
from bot.store.database import Write, nothing
from bot.store.errors import StoreError, StoreUnavailableError
from bot.store.inbox import Claim
from bot.store.people import CanvasStore, FeedbackStore, SummaryStore, WaitStore
from bot.store.requests import RequestStore
from bot.store.retention import Retention
from bot.store.sealing import Keyring

ACKNOWLEDGED_WITHIN_S, PAUSE_S = 3.0, 0.05
#: So many seconds after it was not there, a log is looked for again.
LOOKED_FOR_AFTER_S: Final = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0)

View = dict[str, Any]


class NotAuditedError(Exception):
    """An attempt could not be recorded, so nothing of what came of it may be told."""


class Modals:
    """Opens and fills modals. What Slack refuses comes back as a plain answer: it is then told another way."""

    def __init__(self, delivery: Delivery, *, sleep: Callable[[float], None]) -> None:
        self._delivery = delivery
        self._sleep = sleep

    def over(self, delivery: Delivery) -> Self:
        """The same over another delivery."""
        return type(self)(delivery, sleep=self._sleep)

    def show(self, origin: Origin, view: View) -> str | None:
        """Open a modal, on top of the one that was clicked in.

        Returns its id, or None when the trigger is too old or used up, or Slack's answer was lost.
        """
        if not origin.trigger:
            return None
        name = _name_of(origin)
        try:
            if self._delivery.repeated:
                # An earlier attempt may have opened it, and no trigger opens a second one.
                answer = self._delivery.call("views.update", external_id=name, view=_named(view, name))
            else:
                method = "views.push" if origin.in_modal else "views.open"
                answer = self._delivery.call(method, trigger_id=origin.trigger, view=_named(view, name))
        except (NotPostedError, UndeliverableError):
            return None
        shown = answer.get("view")
        return str(shown["id"]) if isinstance(shown, dict) and shown.get("id") else None

    def update(self, view: View, *, view_id: str | None = None, external_id: str | None = None) -> bool:
        """Fill an open modal; False when it was closed. Raises AwayError with the view when Slack is away."""
        place = {"view_id": view_id} if view_id else {"external_id": external_id}
        try:
            self._delivery.call("views.update", view=view, **place)
        except NotPostedError as error:
            if error.reason == "not_found" and external_id:
                raise
            return False
        except AwayError as away:
            away.unsent = Unsent(view=view, view_id=view_id, external_id=external_id, lost=away.lost)
            raise
        return True

    def answer_in(self, origin: Origin, view: View) -> bool:
        """Fill the modal that an ask was made in, or the one that waits for its answer; False when there is none (any more).

        A listener put the waiting one on the screen with its acknowledgement, which may still be on its way: only once it
        has arrived does Slack know the external id, so a result can never be overwritten by the loading view.
        """
        if not origin.view or not origin.waiting:
            view = _named(view, _name_of(origin)) if origin.trigger else view
            return bool(origin.view) and self.update(view, view_id=origin.view)
        for _ in range(1 if self._delivery.repeated else int(ACKNOWLEDGED_WITHIN_S / PAUSE_S)):
            try:
                return self.update(_named(view, origin.view), external_id=origin.view)
            except NotPostedError:
                self._sleep(PAUSE_S)
        return False


def _name_of(origin: Origin) -> str:
    """The external id of the modal that a click opens: after a restart it is found by it."""
    return hashlib.sha256(f"modal {origin.trigger}".encode()).hexdigest()[:32]


def _named(view: View, name: str) -> View:
    return view | {"external_id": name}


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running bot.

    ``own_credential`` is the bot's own, and raises CredentialMissingError; ``clock`` gives aware times; ``solutions`` keeps
    what Alibaba Cloud wrote on error codes, which is the same for all who ask; ``look_after`` is run now and then: it takes
    over a changed identities file and tells of it. ``later`` (ask, occasion, delay in seconds) has an ask answered later, even
    after a restart: False when an ask of that name was put off for that occasion before, StoreError when it cannot be kept. Of
    one command, ``attempts`` are what it tried, ``unwritten`` what is to be durable before anything of it is told, ``claims``
    whether each was in passing.
    """

    settings: Settings
    client: Client
    catalog: Catalog
    lookup: LookUp
    directory: Directory
    own_credential: Callable[[Deadline], Credential]
    deciders: Deciders
    consoles: Consoles
    choices: Choices
    memory: Memory
    opinions: FeedbackStore
    waits: WaitStore
    requests: RequestStore
    canvases: CanvasStore
    summaries: SummaryStore
    audit: Audit
    retention: Retention
    keyring: Keyring
    delivery: Delivery
    modals: Modals
    profiles: Profiles
    channels: Channels
    rate: RateLimit
    solutions: SharedCache[tuple[Solution, ...]]
    later: Callable[[Ask, str, float], bool]
    clock: Callable[[], datetime]
    look_after: Callable[[], None]
    close: Callable[[], None]
    attempts: list[Entry] = field(default_factory=list)
    unwritten: list[Write] = field(default_factory=list)
    claims: list[bool] = field(default_factory=list)

    def language(self, person: Person) -> Language:
        """The language that a person reads: their choice, else Slack's locale where the bot may see it, else the default."""
        return self.choices.of(person).language or self.profiles.language(person) or self.settings.requestlog_lang

    def claiming(self, claim: Claim, *, repeated: bool = False) -> Self:
        """These services for one command: whatever they send, ``claim`` is called first, and may raise.

        What is unwritten by then is written with it; where that fails, NotAuditedError is raised. ``repeated`` is whether an
        earlier attempt may have sent its answer.
        """

        def claiming(*, passing: bool = False, along: Callable[[], list[Write]] = list) -> None:
            try:
                claim(passing=passing, along=lambda: [*services.taken(), *along()])
            except StoreUnavailableError as error:
                self.audit.refused(error)
                raise NotAuditedError from None
            services.claims.append(passing)

        delivery = self.delivery.claiming(claiming, repeated=repeated)
        services = replace(self, delivery=delivery, modals=self.modals.over(delivery), attempts=[], unwritten=[], claims=[])
        return services

    def attempted(self, ask: Ask, *attempts: Entry) -> None:
        """Note what an ask attempted, which is on record before anything that came of it is told."""
        entries = [ask.attempt(each) for each in attempts]
        self.unwritten.append(Write(nothing, lambda _: entries))
        self.attempts.extend(attempts)

    def record(self, ask: Ask, *attempts: Entry) -> None:
        """The same, on record when this returns. Raises NotAuditedError."""
        self.attempted(ask, *attempts)
        self.settle()

    def settle(self) -> None:
        """Write what is unwritten. Raises NotAuditedError, which the runner tells in place of the answer."""
        try:
            self.audit.record(along=self.taken())
        except StoreUnavailableError:
            raise NotAuditedError from None

    def taken(self) -> list[Write]:
        """What is unwritten, which is the taker's to write now."""
        writes, self.unwritten[:] = list(self.unwritten), []
        return writes

    def tell(self, ask: Ask, said: Message) -> None:
        """Answer the person who asked, alone, where they asked. Raises UndeliverableError."""
        self.delivery.privately(said, ask.target)

    def show(self, ask: Ask, said: Message) -> None:
        """The same in a modal, where one can still be opened. Raises UndeliverableError."""
        if self.modals.show(ask.origin, result(said, ask.language)) is None:
            self.tell(ask, said)

    def warn(self, ask: Ask) -> None:
        """Warn of the keys in an ask's text: its author, where that is another person's message, else the asker.

        Where there is no way to them, there is no warning.
        """
        target, author = ask.target, ask.origin.author
        if author is not None and author != ask.person.user:
            target = Target(author, ask.origin.channel, ask.origin.thread_ts)
        with suppress(UndeliverableError):
            self.delivery.privately(warning(ask.keys, ask.language), target)

    def in_new_modal(
        self, ask: Ask, loading: View, make: Callable[[Ask], View], *, late: Message, closed: Message | None = None
    ) -> Message | None:
        """``loading`` in a modal at once, then what ``make`` gives for the ask in it; the sentence on trouble when it raises.

        Returns what to tell instead: ``late`` when no modal could be opened any more, ``closed`` when it was closed meanwhile.
        """
        view_id = self.modals.show(ask.origin, loading)
        if view_id is None:
            return late
        waiting = replace(ask, origin=replace(ask.origin, view=view_id, waiting=False))
        return closed if self.in_waiting_modal(waiting, lambda: (late, make(waiting))) else None

    def in_waiting_modal(self, ask: Ask, make: Callable[[], tuple[Message, View]]) -> Message | None:
        """What ``make`` gives in the modal that waits for it; returns the same as a message when that was closed meanwhile."""
        said = trouble(ask.language, ask.reference)
        view = result(said, ask.language)
        try:
            said, view = make()
        except NotAuditedError:
            said = not_audited(ask.language, ask.reference)
            view = result(said, ask.language)
        finally:
            try:
                shown = self.modals.answer_in(ask.origin, view)
            except NotAuditedError:
                said = not_audited(ask.language, ask.reference)
                shown = self.modals.answer_in(ask.origin, result(said, ask.language))
            except AwayError as away:
                if away.unsent is not None:
                    away.unsent = replace(away.unsent, text=said.text, blocks=said.blocks, target=ask.target)
                raise
        return None if shown else said

    def wait_for_log(self, ask: Ask, tries: int = 0) -> bool:
        """Have the log of an ask's RequestId looked for again by itself, after so many tries; False when that cannot be kept.

        The answer goes where the ask was made, into its modal while that is open. Where an ask is answered once more after a
        restart, the wait is the same.
        """
        origin = replace(ask.origin, trigger=None, view=None if ask.origin.waiting else ask.origin.view, waiting=False)
        passed = LOOKED_FOR_AFTER_S[tries - 1] if tries else 0.0
        try:
            since = self.waits.begin(ask.person, ask.text, self.clock())
            again = replace(ask, name=Name.WAIT_AGAIN, origin=origin, arguments=Wait(since, tries), said_at=None)
            self.later(again, f"{ask.text}:{ask.person.key}:{since}:{tries}", LOOKED_FOR_AFTER_S[tries] - passed)
        except StoreError:
            return False
        return True

    def closed(self, channel: str | None) -> Literal["shared_channel", "unknown_channel"] | None:
        """Why nothing may be posted in a channel for all to see; None where it is known that no other organisation reads it."""
        if self.settings.requestlog_allow_shared:
            return None
        try:
            reach = self.channels.reach(channel, anew=True)
        except AwayError:
            reach = "unknown"
        return None if reach == "own" else "shared_channel" if reach == "shared" else "unknown_channel"

    def names_of(self, person: Person) -> tuple[str, ...]:
        """The names of a person's identities."""
        return tuple(identity.name for identity in self.directory.access(person, None).identities)


#: Answers an ask. What it returns is told to the person who asked, alone; None where it answered by itself.
Handler = Callable[[Services, Ask], Message | None]
