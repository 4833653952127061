"""How the tests of handlers run an ask, and where what is to be answered later goes."""

from collections.abc import Callable

from bot.handlers.ask import Ask
from bot.handlers.people import HomeWorkspace
from bot.handlers.runner import Guard, Runner
from bot.handlers.services import Services
from bot.store.database import Write
from bot.store.inbox import Again, Command
from tests.handlers.test_workspace import Clock


class Later:
    """Keeps what is to be answered later, each occasion once."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Ask, float]] = {}

    def __call__(self, ask: Ask, occasion: str, delay_s: float) -> bool:
        return self.kept.setdefault(f"{ask.name} {occasion}", (ask, delay_s)) == (ask, delay_s)

    @property
    def last(self) -> Ask:
        return list(self.kept.values())[-1][0]


def answer(services: Services, ask: Ask) -> str | Again:
    """Run an ask as an accepted command."""
    home = HomeWorkspace(services.delivery, Clock())
    guard = Guard(home, services.profiles, services.channels, allow_guests=False, allow_shared=False)
    command = Command("c" * 32, ask.name, ask.as_payload(), services.clock(), ask.person.key)

    def claim(*, passing: bool = False, along: Callable[[], list[Write]] = list) -> None:
        del passing
        services.audit.record(along=along())

    return Runner(services, guard).run(command, claim)
