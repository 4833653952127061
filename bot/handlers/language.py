"""Which language a person reads: their own choice, else their Slack locale where the bot may see it, else the default."""

from collections.abc import Callable

from bot.handlers.profiles import Profiles
from bot.identity.person import Person
from bot.languages import Language


class PersonLanguage:
    """Asks the store anew each time, so a choice holds from the next answer on; only Slack's locale is remembered a while."""

    def __init__(self, chosen: Callable[[Person], Language | None], profiles: Profiles, default: Language) -> None:
        self._chosen = chosen
        self._profiles = profiles
        self._default = default

    def of(self, person: Person) -> Language:
        """The language to answer this person in."""
        return self._chosen(person) or self._from_locale(person) or self._default

    def _from_locale(self, person: Person) -> Language | None:
        profile = self._profiles.of(person)
        if profile is None or not profile.locale:
            return None
        return "zh" if profile.locale.startswith("zh") else "en"
