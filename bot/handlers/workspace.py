"""What Slack says of its workspace: where the bot lives, what is known of people, and whether a channel is shared.

auth.test needs no scope, users.info the optional users:read, conversations.info the optional channels:read and groups:read.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from cachetools import TTLCache

from bot.delivery import Delivery, NotPostedError, UndeliverableError
from bot.identity.person import Person
from bot.languages import Language

#: Long enough for the several questions of one command, short enough that a change of language is heard at the next one.
FRESH_S: Final = 1
#: While Slack does not answer, people are who they were this long ago.
LIVES_S: Final = 600
QUIET_S: Final = 30
_NEVER: Final = frozenset({"missing_scope", "not_allowed_token_type", "unknown_method"})
MOST: Final = 4096


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


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as Slack describes them. ``stranger``: of another organisation; ``guest``: invited to some channels only."""

    locale: str = ""
    guest: bool = False
    stranger: bool = False
    team: str = ""
    enterprise: str = ""


class Profiles:
    """Asks Slack about once a command, and never again once the scope turned out to be missing.

    After a failure nobody is asked about for half a minute: no answer should wait again and again.
    """

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._timer = timer
        self._ask_from = -math.inf
        self._known: TTLCache[str, tuple[float, Profile]] = TTLCache(MOST, LIVES_S, timer)
        self._lock = threading.Lock()

    @property
    def forbidden(self) -> bool:
        """Whether the bot may not ask at all: users:read was not granted."""
        return self._ask_from == math.inf

    def of(self, person: Person) -> Profile | None:
        """The person's profile; None when Slack does not tell."""
        with self._lock:
            asked_at, known = self._known.get(person.key) or (-math.inf, None)
        now = self._timer()
        if now - asked_at < FRESH_S or now < self._ask_from:
            return known
        try:
            answer = self._delivery.call("users.info", user=person.user, include_locale=True)
        except NotPostedError as error:
            self._ask_from = now + (math.inf if error.reason in _NEVER else QUIET_S)
            return known
        except UndeliverableError:
            self._ask_from = now + QUIET_S
            return known
        profile = profile_of(answer.get("user"))
        if profile is None:
            return None
        with self._lock:
            self._known[person.key] = (now, profile)
        return profile

    def language(self, person: Person) -> Language | None:
        """The language of a person's Slack locale; None when Slack does not tell."""
        profile = self.of(person)
        if profile is None or not profile.locale:
            return None
        return "zh" if profile.locale.startswith("zh") else "en"


def profile_of(user: Any) -> Profile | None:  # noqa: ANN401 - Slack's own answer, of whatever shape
    """The profile; None for an answer that does not say whether somebody is a guest."""
    if not isinstance(user, dict):
        return None
    guest = [user.get(name) for name in ("is_restricted", "is_ultra_restricted")]
    if not all(isinstance(each, bool) for each in guest):
        return None
    enterprise = user.get("enterprise_user")
    return Profile(
        locale=str(user.get("locale") or ""),
        guest=any(guest),
        stranger=bool(user.get("is_stranger")),
        team=str(user.get("team_id") or ""),
        enterprise=str(enterprise.get("enterprise_id") or "") if isinstance(enterprise, dict) else "",
    )


class Channels:
    """Asks Slack once a channel in ten minutes."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._known: TTLCache[str, bool | None] = TTLCache(MOST, LIVES_S, timer)
        self._lock = threading.Lock()

    def is_shared(self, channel: str | None, *, anew: bool = False) -> bool | None:
        """Whether a channel is shared with another organisation; None when Slack does not tell.

        ``anew`` asks past what is remembered: before something is posted for all to see. Otherwise a direct conversation
        counts as one with the bot, where answers are private anyway.
        """
        if channel is None or (channel.startswith("D") and not anew):
            return False
        with self._lock:
            if channel in self._known and not anew:
                return self._known[channel]
        shared = self._ask(channel)
        with self._lock:
            self._known[channel] = shared
        return shared

    def _ask(self, channel: str) -> bool | None:
        try:
            answer = self._delivery.call("conversations.info", channel=channel).get("channel")
        except (NotPostedError, UndeliverableError):
            return None
        told = answer.get("is_ext_shared") if isinstance(answer, dict) else None
        return told if isinstance(told, bool) else None
