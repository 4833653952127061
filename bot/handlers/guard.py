"""Who is served at all: guests, other organisations and their channels only where the installation allows it.

What Slack does not tell counts as no: a bot that serves while Slack is silent would serve anybody.
"""

from dataclasses import dataclass
from typing import Literal

from bot.handlers.ask import Ask
from bot.handlers.workspace import Channels, HomeWorkspace, Profile, Profiles, Workspace

Barrier = Literal["guest", "guest_unknown", "shared", "foreign", "unknown"]


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides before every handler."""

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
            if ask.origin.shared or self.channels.is_shared(ask.origin.channel):
                return "shared"
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
