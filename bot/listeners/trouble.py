"""The one place that catches everything: what goes wrong in a story is logged under a reference and told to the asker."""

from collections.abc import Callable
from typing import Final

import structlog

from bot.blocks.trouble import trouble
from bot.delivery import DELIVERED, Delivery, UndeliverableError
from bot.handlers.ask import Ask
from bot.identity.person import Person
from bot.languages import Language
from bot.store.inbox import Command

_LOG: Final = structlog.get_logger("bot.listeners")
REFERENCE_LENGTH: Final = 8


def guarded(
    handle: Callable[[Ask, str], None], delivery: Delivery, language_of: Callable[[Person], Language]
) -> Callable[[Command], str]:
    """A story as the engine wants it: takes a command, never raises, says in a word how it ended.

    ``handle`` gets the ask and a short reference under which the log knows this command.
    """

    def run(command: Command) -> str:
        ask = Ask.from_payload(command.payload)
        reference = command.id[:REFERENCE_LENGTH].upper()
        try:
            handle(ask, reference)
        except UndeliverableError as error:
            _LOG.warning("undeliverable", story=command.story, reference=reference, reason=error.reason)
            return f"undeliverable: {error.reason}"
        except Exception as error:  # noqa: BLE001 - the one net under all stories: nobody is left without an answer
            _LOG.error(
                "story_failed", story=command.story, reference=reference, error=type(error).__name__, where=place_of(error)
            )
            return _apologise(ask, reference)
        _LOG.info("answered", story=command.story, reference=reference)
        return DELIVERED

    def _apologise(ask: Ask, reference: str) -> str:
        try:
            delivery.privately(trouble(language_of(ask.person), reference), ask.target)
        except UndeliverableError as error:
            return f"undeliverable: {error.reason}"
        return DELIVERED

    return run


def place_of(error: BaseException) -> str:
    """File and line where it was raised: enough to find it, and nothing of what people wrote."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return "?" if step is None else f"{step.tb_frame.f_code.co_filename.rsplit('/bot/', 1)[-1]}:{step.tb_lineno}"
