"""What Slack says about people (users.info, optional scope users:read): their language, and whether they are guests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cachetools import TTLCache

from bot.delivery import NotPostedError, UndeliverableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery import Delivery
    from bot.identity.person import Person

LIVES_S: Final = 600
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
    """Asks Slack at most every ten minutes a person, and never again once the scope turned out to be missing."""

    def __init__(self, delivery: Delivery, timer: Callable[[], float]) -> None:
        self._delivery = delivery
        self._may_ask = True
        self._known: TTLCache[str, Profile] = TTLCache(4096, LIVES_S, timer)
        self._lock = threading.Lock()

    def of(self, person: Person) -> Profile | None:
        """The person's profile; None when Slack does not tell."""
        if not self._may_ask:
            return None
        with self._lock:
            if person.key in self._known:
                return self._known[person.key]
        try:
            answer = self._delivery.call("users.info", user=person.user, include_locale=True)
        except NotPostedError as error:
            self._may_ask = error.reason not in _NEVER
            return None
        except UndeliverableError:
            return None
        profile = _profile(answer.get("user"))
        with self._lock:
            self._known[person.key] = profile
        return profile


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
