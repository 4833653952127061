"""Runs handlers: the table of them, who is served, who is warned of a pasted key, and what the asker is told when one fails.

The one place that catches everything: nobody is left without an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Literal

import structlog

from bot.blocks.account import refusal
from bot.blocks.home import refused_home
from bot.blocks.kit import Message
from bot.blocks.shortcut import result
from bot.blocks.trouble import not_audited, trouble
from bot.delivery import DELIVERED, AwayError, UndeliverableError
from bot.explain.tripwire import defuse
from bot.handlers import (
    account,
    card,
    code,
    decode,
    diff,
    doctor,
    feedback,
    handoff,
    help,  # noqa: A004 - named as the sub-command
    home,
    leaving,
    mention,
    requestlog,
    share,
    shortcut,
    ticket,
    unsent,
    waiting,
    who,
)
from bot.handlers.ask import Ask, Decision, Name, Wanted
from bot.handlers.people import Channels, HomeWorkspace, Profile, Profiles, Workspace
from bot.handlers.services import Handler, NotAuditedError, Services
from bot.handlers.unsent import put_off
from bot.store.chain import Entry
from bot.store.inbox import Again, Claim, Command

_LOG: Final = structlog.get_logger("bot.handlers")
REFERENCE_LENGTH: Final = 8
#: What weighs more than one look-up: the calls that it makes upstream.
COSTS: Final = {
    **dict.fromkeys((Name.DELIVER, Name.LEFT, Name.WAIT_AGAIN, Name.PERMISSION_EXPIRED, Name.LINKS_SHARED), 0),
    Name.DOCTOR: 6,
    Name.CARD_WHO: 4,
    Name.TICKET: 2,
    Name.TICKET_SUBMITTED: 2,
}
#: What runs by itself: who is not served any more meanwhile hears nothing.
FAILURES: Final = frozenset({"unavailable", "other", "unreachable", "server", "deadline", "strange", "throttled"})
HALTS: Final = frozenset(
    {"not_found", "not_connected", "refused", "unsupported", "denied", "guest", "guest_unknown", "shared", "foreign", "unknown"}
    | {"rate", "channel", "hidden"}
)
WAYS: Final = {
    Name.HOME: "home",
    Name.MENTION: "mention",
    Name.EXPLAIN_MESSAGE: "shortcut",
    Name.ASK_FOR_TEXT: "shortcut",
    Name.WAIT_AGAIN: "later",
    Name.DELIVER: "later",
    Name.LEFT: "slack",
}
#: Nobody is served: what waited for Slack was let through when it was made, and who left asks nothing.
SERVES_NOBODY: Final = frozenset({Name.DELIVER, Name.LEFT})
UNASKED: Final = frozenset({Name.WAIT_AGAIN, Name.PERMISSION_EXPIRED, Name.LINKS_SHARED})
MODULES: Final = (
    account, card, code, decode, diff, doctor, feedback, handoff, help, home, leaving, mention, requestlog, share, shortcut,
    ticket, unsent, waiting, who,
)  # fmt: skip
#: Every handler under its name: the modules' own tables, joined.
HANDLERS: Final[dict[Name, Handler]] = {name: handler for module in MODULES for name, handler in module.HANDLERS.items()}

Barrier = Literal["guest", "guest_unknown", "shared", "foreign", "unknown", "rate"]


@dataclass(frozen=True, slots=True)
class Guard:
    """Who is served at all: guests, other organisations and their channels only where the installation allows it.

    What Slack does not tell counts as no: a bot that serves while Slack is silent would serve anybody.
    """

    home: HomeWorkspace
    profiles: Profiles
    channels: Channels
    allow_guests: bool
    allow_shared: bool

    def barrier(self, ask: Ask) -> Barrier | None:
        """What stands in the way of this ask; None when nothing does."""
        profile = self.profiles.of(ask.person)
        if not self.allow_shared:
            home = self.home.find()
            if home is None:
                return "unknown"
            if _is_foreign(ask, home, profile):
                return "foreign"
            # Where Slack may not tell, answers are private still, and nothing is posted for all to see.
            reach = "shared" if ask.origin.shared else self.channels.reach(ask.origin.channel)
            if reach in ("shared", "unknown"):
                return reach
        if self.allow_guests:
            return None
        if profile is None:
            return "guest_unknown" if self.profiles.forbidden else "unknown"
        return "guest" if profile.guest else None


def _is_foreign(ask: Ask, home: Workspace, profile: Profile | None) -> bool:
    """Of another team than the bot's, by the payload or by Slack's own word, and not known to be of the same organisation."""
    if profile is None:
        return ask.person.team != home.team
    if profile.stranger:
        return True
    # Payloads carry the bot's own organisation, so only Slack's word on the person counts.
    if home.enterprise and profile.enterprise == home.enterprise:
        return False
    return {ask.person.team, profile.team or ask.person.team} != {home.team}


class Runner:
    """Answers accepted commands by the table of handlers."""

    def __init__(
        self,
        services: Services,
        guard: Guard,
        handlers: Mapping[Name, Handler] = HANDLERS,
        heard: Callable[[str, str, str, float], None] = lambda _way, _outcome, _reason, _seconds: None,
    ) -> None:
        """``heard`` is told of each answered command: its way in, how it ended, why, and after how many seconds."""
        self._services = services
        self._heard = heard
        self._guard = guard
        self._handlers = handlers

    def run(self, command: Command, claim: Claim) -> str | Again:
        """Answer a command; ``claim`` is called before each thing that is sent, and what it raises goes out.

        Raises nothing by itself; gives ``delivered``, ``undeliverable: <reason>`` or ``failed: <reason>``, or Again while Slack
        is away.
        """
        reference = command.id[:REFERENCE_LENGTH].upper()
        try:
            ask = _without_keys(Ask.from_payload(command.payload | {"reference": reference, "command": command.id}))
        except ValueError as error:
            _LOG.error("command_unreadable", name=command.name, reference=reference, error=type(error).__name__)
            return "failed: unreadable"
        log = _LOG.bind(name=ask.name, reference=reference, way=way_of(ask))
        services = self._services.claiming(claim, repeated=command.sent)
        started = services.clock()
        fault = ""
        try:
            fault = self._answer_or_apologise(services, ask, log)
        except AwayError as away:
            again = put_off(command, ask, away, services.clock()) if away.unsent or all(services.claims) else None
            log.warning("slack_away", reason=away.reason, tries=ask.tries, again=again is not None)
            self._heard(way_of(ask), "put_off" if again else "failure", away.reason, 0.0)
            return f"undeliverable: {away.reason}" if again is None else Again(again)
        except UndeliverableError as error:
            log.warning("undeliverable", reason=error.reason)
            fault, word = error.reason, f"undeliverable: {error.reason}"
        else:
            word = DELIVERED
        outcome, reason = outcome_of(services.attempts, fault)
        ended = services.clock()
        waited, took = (ended - command.received_at).total_seconds(), (ended - started).total_seconds()
        found = sorted({attempt.result for attempt in services.attempts if attempt.result})
        log.info("answered", outcome=outcome, reason=reason, results=found, waited_s=round(waited, 3), took_s=round(took, 3))
        self._heard(way_of(ask), outcome, reason, waited)
        return word

    def _answer_or_apologise(self, services: Services, ask: Ask, log: structlog.typing.FilteringBoundLogger) -> str:
        """The answer, or the sentence on trouble, and then the class of what went wrong."""
        try:
            if ask.name is not Name.LEFT:
                ask = replace(ask, language=self._services.language(ask.person))
            self._answer(services, ask)
        except UndeliverableError:
            raise
        except Exception as error:  # noqa: BLE001 - the one net under all handlers
            log.error(  # noqa: TRY400 - a traceback may quote what people wrote
                "handler_failed", error=type(error).__name__, where=place_of(error)
            )
            services.tell(ask, trouble(ask.language, ask.reference))
            return type(error).__name__
        finally:
            # Where nothing was sent after it.
            with suppress(NotAuditedError):
                services.settle()
        return ""

    def _answer(self, services: Services, ask: Ask) -> None:
        """The handler's answer, and the warning after it where one is due: a modal's trigger does not wait."""
        try:
            barrier = None if ask.name in SERVES_NOBODY else self._guard.barrier(ask)
            if barrier is None and not services.rate.allows(ask.person.key, COSTS.get(ask.name, 1)):
                barrier = "rate"
            if barrier is not None:
                services.record(ask, Entry("guard", ask.name, result=barrier))
                if ask.name not in UNASKED:
                    self._tell_in_place(services, ask, refusal(barrier, ask.language), services.show)
            elif (said := self._handlers[ask.name](services, ask)) is not None:
                services.tell(ask, said)
        except NotAuditedError:
            self._tell_in_place(services, ask, not_audited(ask.language, ask.reference), services.tell)
        finally:
            if ask.keys:
                services.warn(ask)

    def _tell_in_place(self, services: Services, ask: Ask, said: Message, otherwise: Callable[[Ask, Message], None]) -> None:
        """Tell it where the person looks: on the Home tab or in the modal where they asked, else as ``otherwise`` does."""
        if ask.name is Name.HOME:
            home.publish(services.delivery, ask.person, refused_home(said))
        elif not services.modals.answer_in(ask.origin, result(said, ask.language)):
            otherwise(ask, said)


def _without_keys(ask: Ask) -> Ask:
    """The ask without the keys that somebody pasted, before anything reads it; their kinds are noted for the warning."""
    text = defuse(ask.text)
    arguments, kinds = ask.arguments, {*ask.keys, *text.kinds}
    if isinstance(arguments, Wanted | Decision):
        reason = defuse(arguments.reason)
        arguments, kinds = replace(arguments, reason=reason.text), kinds.union(reason.kinds)
    return replace(ask, text=text.text, arguments=arguments, keys=tuple(sorted(kinds)))


def way_of(ask: Ask) -> str:
    """How an ask came in, in one word."""
    if ask.name in WAYS:
        return WAYS[ask.name]
    if ask.origin.waiting:
        return "form"
    if ask.origin.in_modal or ask.origin.in_home or (ask.origin.message_ts and ask.origin.trigger):
        return "button"
    return "command" if ask.origin.trigger or ask.origin.response_url else "mention"


def outcome_of(attempts: Sequence[Entry], fault: str) -> tuple[str, str]:
    """``success``, ``halt`` (the person's situation) or ``failure`` (ours), and why; by what was recorded of a command."""
    results = {attempt.result or "" for attempt in attempts}
    if fault:
        return "failure", fault
    if wrong := results & FAILURES:
        return "failure", min(wrong)
    return ("halt", min(halts)) if (halts := results & HALTS) and not results - halts else ("success", "")


def place_of(error: BaseException) -> str:
    """File and line where it was raised: enough to find it, and nothing of what people wrote."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return "?" if step is None else f"{step.tb_frame.f_code.co_filename.rsplit('/bot/', 1)[-1]}:{step.tb_lineno}"
