"""Who is served at all: guests, people of other organisations and shared channels only where the installation allows it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.delivery import Delivery, NotPostedError, UndeliverableError
from bot.handlers.ask import Ask
from bot.handlers.profiles import QUIET_S, Profile
from bot.identity.person import Person

Barrier = Literal["guest", "shared", "foreign"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the bot is installed in; ``enterprise`` is empty where there is none."""

    team: str
    enterprise: str = ""


class HomeWorkspace:
    """Asks Slack once where the bot lives (auth.test, which needs no scope); after a failure not for half a minute."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._timer = timer
        self._ask_from = -math.inf
        self._known: Workspace | None = None

    def find(self) -> Workspace | None:
        """The workspace; None while Slack does not tell. An organisation-wide installation has no one team."""
        if self._known is None and self._timer() >= self._ask_from:
            try:
                answer = self._delivery.call("auth.test")
            except (NotPostedError, UndeliverableError):
                self._ask_from = self._timer() + QUIET_S
                return None
            team = "" if answer.get("is_enterprise_install") else str(answer.get("team_id") or "")
            self._known = Workspace(team, str(answer.get("enterprise_id") or ""))
        return self._known


class Guard:
    """Decides before every handler. What Slack does not tell is no reason to refuse: the identities file decides then."""

    def __init__(
        self,
        home: Callable[[], Workspace | None],
        profile_of: Callable[[Person], Profile | None],
        *,
        allow_guests: bool,
        allow_shared: bool,
    ) -> None:
        self._home = home
        self._profile_of = profile_of
        self._allow_guests = allow_guests
        self._allow_shared = allow_shared

    def barrier(self, ask: Ask) -> Barrier | None:
        """What stands in the way of this ask; None when nothing does."""
        if not self._allow_shared:
            if self._is_foreign(ask.person):
                return "foreign"
            if ask.origin.shared:
                return "shared"
        if not self._allow_guests:
            profile = self._profile_of(ask.person)
            if profile is not None and profile.guest:
                return "guest"
        return None

    def _is_foreign(self, person: Person) -> bool:
        """Of another team than the bot's, and not known to be of the same organisation."""
        home = self._home()
        profile = self._profile_of(person)
        if profile is not None and profile.stranger:
            return True
        if home is None or person.team == home.team:
            return False
        if home.enterprise and profile is not None:
            return profile.enterprise != home.enterprise
        return bool(home.team or home.enterprise)
