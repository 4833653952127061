"""Which language a person reads: their own choice, else their Slack locale where the bot may see it, else the default."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from cachetools import TTLCache

from bot.delivery import NotPostedError, UndeliverableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery import Delivery
    from bot.identity.person import Person
    from bot.languages import Language

LOCALE_LIVES_S: Final = 600


class PersonLanguage:
    """Answers from the store first; asks Slack (users.info, scope users:read) at most every ten minutes a person."""

    def __init__(
        self,
        chosen: Callable[[Person], Language | None],
        delivery: Delivery,
        default: Language,
        timer: Callable[[], float],
    ) -> None:
        self._chosen = chosen
        self._delivery = delivery
        self._default = default
        self._may_ask = True
        self._locales: TTLCache[str, Language] = TTLCache(4096, LOCALE_LIVES_S, timer)
        self._lock = threading.Lock()

    def of(self, person: Person) -> Language:
        """The language to answer this person in."""
        return self._chosen(person) or self._from_locale(person) or self._default

    def _from_locale(self, person: Person) -> Language | None:
        if not self._may_ask:
            return None
        with self._lock:
            if person.key in self._locales:
                return self._locales[person.key]
        try:
            answer = self._delivery.call("users.info", user=person.user, include_locale=True)
        except NotPostedError as error:
            self._may_ask = error.reason not in ("missing_scope", "not_allowed_token_type")
            return None
        except UndeliverableError:
            return None
        locale = str(answer.get("user", {}).get("locale") or "")
        if not locale:
            return None
        language: Language = "zh" if locale.startswith("zh") else "en"
        with self._lock:
            self._locales[person.key] = language
        return language
