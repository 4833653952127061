"""Preferences: typed with the command, or chosen in a private message or on the Home tab."""

from collections.abc import Callable
from typing import Final, cast

from bot.blocks.account import NO_CHOICE, settings_message
from bot.blocks.words import language_now
from bot.delivery import Delivery
from bot.handlers.ask import Ask
from bot.handlers.choices import Choices
from bot.identity.directory import Directory
from bot.identity.person import Person
from bot.languages import LANGUAGES, Language

WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("en", "english", "en-us", "en-gb", "英文", "英语"), "en"),
    **dict.fromkeys(("zh", "chinese", "zh-cn", "cn", "中文", "简体中文", "汉语"), "zh"),
    **dict.fromkeys(("auto", "automatic", "default", "slack", "自动", "默认"), NO_CHOICE),
}


class SettingsStory:
    """Shows and changes preferences. ``republish`` brings a person's Home tab up to date."""

    def __init__(
        self,
        *,
        delivery: Delivery,
        directory: Directory,
        choices: Choices,
        language_of: Callable[[Person], Language],
        republish: Callable[[Person], None],
    ) -> None:
        self._delivery = delivery
        self._directory = directory
        self._choices = choices
        self._language_of = language_of
        self._republish = republish

    def typed(self, ask: Ask, _reference: str) -> None:
        """``settings``, ``settings zh``, ``settings language zh``."""
        words = ask.text.lower().split()
        word = words[-1] if words else ""
        if word in WORDS:
            self._choose_language(ask.person, WORDS[word])
            said = language_now(WORDS[word], self._language_of(ask.person))
            self._delivery.privately(said, ask.target)
        else:
            self._show(ask, unknown=word or None)

    def chosen(self, ask: Ask, _reference: str) -> None:
        """A choice in a menu: ``extra`` holds ``setting``, ``value``, and ``home`` when it was made on the Home tab."""
        extra = ask.extra or {}
        value = str(extra.get("value") or "")
        if extra.get("setting") == "language" and value in (*LANGUAGES, NO_CHOICE):
            self._choose_language(ask.person, value)
        elif extra.get("setting") == "account" and value in (*self._names(ask.person), NO_CHOICE):
            self._choices.choose_account(ask.person, None if value == NO_CHOICE else value)
        if extra.get("home"):
            self._republish(ask.person)
        else:
            self._show(ask, replace_original=True)

    def _choose_language(self, person: Person, value: str) -> None:
        self._choices.choose_language(person, None if value == NO_CHOICE else cast("Language", value))

    def _show(self, ask: Ask, *, unknown: str | None = None, replace_original: bool = False) -> None:
        said = settings_message(
            self._language_of(ask.person),
            chosen=self._choices.language(ask.person),
            accounts=self._names(ask.person),
            account=self._choices.account(ask.person),
            unknown=unknown,
        )
        self._delivery.privately(said, ask.target, replace_original=replace_original)

    def _names(self, person: Person) -> tuple[str, ...]:
        return tuple(identity.name for identity in self._directory.access(person, None).identities)
