"""What Slack says about people (users.info, optional scope users:read): their language, and whether they are guests."""

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
        self._known: TTLCache[str, tuple[float, Profile]] = TTLCache(4096, LIVES_S, timer)
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
        profile = _profile(answer.get("user"))
        with self._lock:
            self._known[person.key] = (now, profile)
        return profile

    def language(self, person: Person) -> Language | None:
        """The language of a person's Slack locale; None when Slack does not tell."""
        profile = self.of(person)
        if profile is None or not profile.locale:
            return None
        return "zh" if profile.locale.startswith("zh") else "en"


def _profile(user: Any) -> Profile:  # noqa: ANN401 - Slack's own answer, of whatever shape
    if not isinstance(user, dict):
        return Profile()
    enterprise = user.get("enterprise_user")
    return Profile(
        locale=str(user.get("locale") or ""),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")),
        team=str(user.get("team_id") or ""),
        enterprise=str(enterprise.get("enterprise_id") or "") if isinstance(enterprise, dict) else "",
    )
