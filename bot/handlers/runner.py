"""Runs a handler: who is served, who is warned of a pasted key, and what the asker is told when the handler fails.

The one place that catches everything: nobody is left without an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

import structlog

from bot.blocks.account import refusal
from bot.blocks.home import refused_home
from bot.blocks.shortcut import result
from bot.blocks.tripwire import warning
from bot.blocks.trouble import trouble
from bot.delivery import DELIVERED, Target, UndeliverableError
from bot.explain.tripwire import defuse
from bot.handlers.ask import Ask, Wanted
from bot.handlers.guard import Barrier, Guard
from bot.handlers.home import publish
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.store.inbox import Command

_LOG: Final = structlog.get_logger("bot.handlers")
REFERENCE_LENGTH: Final = 8
#: What weighs more than one look-up: the calls that it makes upstream.
COSTS: Final = {Name.DOCTOR: 6, Name.TICKET: 2, Name.TICKET_SUBMITTED: 2}


class Runner:
    """Answers accepted commands by the table of handlers."""

    def __init__(self, services: Services, guard: Guard, handlers: Mapping[Name, Handler]) -> None:
        self._services = services
        self._guard = guard
        self._handlers = handlers

    def run(self, command: Command) -> str:
        """Answer a command. Never raises; gives ``delivered``, ``undeliverable: <reason>`` or ``failed: <reason>``."""
        reference = command.id[:REFERENCE_LENGTH].upper()
        try:
            ask = _without_keys(Ask.from_payload(command.payload | {"reference": reference}))
        except ValueError as error:
            _LOG.error("command_unreadable", name=command.name, reference=reference, error=type(error).__name__)
            return "failed: unreadable"
        log = _LOG.bind(name=ask.name, reference=reference)
        try:
            self._answer(ask)
        except UndeliverableError as error:
            log.warning("undeliverable", reason=error.reason)
            return f"undeliverable: {error.reason}"
        except Exception as error:  # noqa: BLE001 - the one net under all handlers
            log.error(  # noqa: TRY400 - a traceback may quote what people wrote
                "handler_failed", error=type(error).__name__, where=place_of(error)
            )
            return self._apologise(ask)
        log.info("answered")
        return DELIVERED

    def _answer(self, ask: Ask) -> None:
        """The handler's answer, and the warning after it where one is due: a modal's trigger does not wait."""
        try:
            barrier: Barrier | Literal["rate"] | None = self._guard.barrier(ask)
            if barrier is None and not self._services.rate.allows(ask.person.key, COSTS.get(ask.name, 1)):
                barrier = "rate"
            if barrier is None:
                self._handlers[ask.name](self._services, ask)
            else:
                self._refuse(ask, barrier)
        finally:
            if ask.keys:
                self._warn(ask)

    def _refuse(self, ask: Ask, barrier: Barrier | Literal["rate"]) -> None:
        """Tell a refusal where the person looks: modal, Home tab or message."""
        language = self._services.language(ask.person)
        said = refusal(barrier, language)
        if ask.name is Name.HOME:
            publish(self._services.delivery, ask.person, refused_home(said))
            return
        if not self._services.modals.answer_in(ask.origin, result(said, language)):
            self._services.show(ask, said, language)

    def _warn(self, ask: Ask) -> None:
        """To the author where another person's message was asked about, else to the asker. No way to them: no warning."""
        target, author = ask.target, ask.origin.author
        if author is not None and author != ask.person.user:
            target = Target(author, ask.origin.channel, ask.origin.thread_ts)
        try:
            self._services.delivery.privately(warning(ask.keys, self._services.language(ask.person)), target)
        except UndeliverableError:
            return

    def _apologise(self, ask: Ask) -> str:
        try:
            self._services.tell(ask, trouble(self._services.language(ask.person), ask.reference))
        except UndeliverableError as error:
            return f"undeliverable: {error.reason}"
        return DELIVERED


def _without_keys(ask: Ask) -> Ask:
    """The ask without the keys that somebody pasted, before anything reads it; their kinds are noted for the warning."""
    text = defuse(ask.text)
    arguments, kinds = ask.arguments, set(text.kinds)
    if isinstance(arguments, Wanted):
        reason = defuse(arguments.reason)
        arguments, kinds = replace(arguments, reason=reason.text), kinds.union(reason.kinds)
    return replace(ask, text=text.text, arguments=arguments, keys=tuple(sorted(kinds)))


def place_of(error: BaseException) -> str:
    """File and line where it was raised: enough to find it, and nothing of what people wrote."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return "?" if step is None else f"{step.tb_frame.f_code.co_filename.rsplit('/bot/', 1)[-1]}:{step.tb_lineno}"
