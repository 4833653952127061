"""Preferences: typed with the command, or chosen in a private message or on the Home tab."""

from typing import Final, cast

from bot.blocks.account import NO_CHOICE, settings_message
from bot.blocks.words import language_now
from bot.handlers.ask import Ask, Choice
from bot.handlers.home import opened
from bot.handlers.names import Name
from bot.handlers.services import Handler, Services
from bot.languages import LANGUAGES, Language

WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("en", "english", "en-us", "en-gb", "英文", "英语"), "en"),
    **dict.fromkeys(("zh", "chinese", "zh-cn", "cn", "中文", "简体中文", "汉语"), "zh"),
    **dict.fromkeys(("auto", "automatic", "default", "slack", "自动", "默认"), NO_CHOICE),
}


def typed(services: Services, ask: Ask) -> None:
    """``settings``, ``settings zh``, ``settings language zh``."""
    words = ask.text.lower().split()
    word = words[-1] if words else ""
    if word in WORDS:
        services.choices.choose_language(ask.person, _chosen(WORDS[word]))
        services.tell(ask, language_now(WORDS[word], services.language(ask.person)))
    else:
        _show(services, ask, unknown=word or None)


def chosen(services: Services, ask: Ask) -> None:
    """A choice in a menu, which then shows it: the Home tab published anew, or the message in place of the old one."""
    choice = ask.given(Choice)
    if choice.setting == "language" and choice.value in (*LANGUAGES, NO_CHOICE):
        services.choices.choose_language(ask.person, _chosen(choice.value))
    elif choice.setting == "account" and choice.value in (*services.names_of(ask.person), NO_CHOICE):
        services.choices.choose_account(ask.person, None if choice.value == NO_CHOICE else choice.value)
    if ask.origin.in_home:
        opened(services, ask)
    else:
        _show(services, ask, replace_original=True)


def _chosen(value: str) -> Language | None:
    return None if value == NO_CHOICE else cast("Language", value)


def _show(services: Services, ask: Ask, *, unknown: str | None = None, replace_original: bool = False) -> None:
    said = settings_message(
        services.language(ask.person),
        chosen=services.choices.language(ask.person),
        accounts=services.names_of(ask.person),
        account=services.choices.account(ask.person),
        unknown=unknown,
    )
    services.delivery.privately(said, ask.target, replace_original=replace_original)


HANDLERS: Final[dict[Name, Handler]] = {Name.SETTINGS: typed, Name.CHOOSE_SETTING: chosen}
