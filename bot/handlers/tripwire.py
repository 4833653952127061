"""The tripwire around all stories: who pasted a key is warned alone, whatever else becomes of the command."""

from collections.abc import Callable, Mapping
from typing import cast

from bot.blocks.tripwire import warning
from bot.delivery import Delivery, Target, UndeliverableError
from bot.explain.tripwire import KeyKind
from bot.handlers.ask import Ask
from bot.identity.person import Person
from bot.languages import Language

Story = Callable[[Ask, str], None]


class Tripwire:
    """Warns. The keys themselves are gone by then: the intake takes them out before a command is stored."""

    def __init__(self, delivery: Delivery, language_of: Callable[[Person], Language]) -> None:
        self._delivery = delivery
        self._language_of = language_of

    def around(self, stories: Mapping[str, Story]) -> dict[str, Story]:
        """The same stories, each with the warning after it where one is due: a modal's trigger does not wait."""
        return {name: self._guarded(story) for name, story in stories.items()}

    def _guarded(self, story: Story) -> Story:
        def run(ask: Ask, reference: str) -> None:
            try:
                story(ask, reference)
            finally:
                kinds = (ask.extra or {}).get("tripwire")
                if isinstance(kinds, list) and kinds:
                    self._warn(ask, cast("list[KeyKind]", kinds))

        return run

    def _warn(self, ask: Ask, kinds: list[KeyKind]) -> None:
        """To the author where another person's message was asked about, else to the asker. No way to them: no warning."""
        author = (ask.extra or {}).get("author")
        target = ask.target
        if isinstance(author, str) and author != ask.person.user:
            target = Target(author, ask.channel, ask.thread_ts)
        try:
            self._delivery.privately(warning(kinds, self._language_of(ask.person)), target)
        except UndeliverableError:
            return
