"""What a person is told about themselves here: as whom the bot looks for them, how they are linked, what they chose."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from bot.aliyun.deadline import Deadline
from bot.aliyun.errors import AliyunError
from bot.blocks.account import (
    NO_CHOICE,
    IdentityCheck,
    account_now,
    groups_unknown,
    link_message,
    login_message,
    settings_message,
    unlink_message,
    whoami_message,
)
from bot.blocks.kit import Message
from bot.blocks.words import language_now
from bot.explain.wording import principal_words
from bot.handlers.ask import Ask, Choice, Name
from bot.handlers.home import opened
from bot.handlers.services import Handler, Services
from bot.identity.directory import Identity
from bot.identity.references import CredentialMissingError
from bot.languages import LANGUAGES, Language
from bot.lookup import REFUSED, UNAVAILABLE

SIDE_BY_SIDE: Final = 4
WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("en", "english", "en-us", "en-gb", "英文", "英语"), "en"),
    **dict.fromkeys(("zh", "chinese", "zh-cn", "cn", "中文", "简体中文", "汉语"), "zh"),
    **dict.fromkeys(("auto", "automatic", "default", "slack", "自动", "默认"), NO_CHOICE),
}
OF_THE_ACCOUNT: Final = frozenset({"account", "identity", "账号", "账户", "身份"})
Checked = TypeVar("Checked")


def of_each(identities: Sequence[Identity], check: Callable[[Identity], Checked]) -> tuple[Checked, ...]:
    """What ``check`` finds of each identity, several at a time."""
    with ThreadPoolExecutor(SIDE_BY_SIDE, "identities") as pool:
        return tuple(pool.map(check, identities))


def whoami(services: Services, ask: Ask) -> Message:
    """Who a person is here: GetCallerIdentity once an identity; of an account seen through a role, what and why."""
    access = services.directory.access(ask.person, None)
    if access.barrier == "groups":
        return groups_unknown(ask.language)
    if not access.identities:
        return link_message(ask.person, (), ask.language)
    return whoami_message(ask.person, of_each(access.identities, partial(_check, services, ask.language)), ask.language)


def _check(services: Services, language: Language, identity: Identity) -> IdentityCheck:
    masked = None
    try:
        deadline = Deadline.after(services.settings.requestlog_deadline)
        credential = identity.open(deadline)
        if identity.sight is not None:
            own = identity.sight.own or ()
            callers = tuple(sorted(principal_words(each.type, each.id, each.account, language) for each in own))
            return IdentityCheck(identity.name, None, account=identity.sight.account, callers=callers, groups=identity.groups)
        masked = credential.masked_id
        caller = services.client.get_caller_identity(credential=credential, deadline=deadline)
    except CredentialMissingError as missing:
        trouble = "missing" if identity.sight is None else missing.word
        return IdentityCheck(identity.name, masked, trouble=trouble)
    except AliyunError as error:
        return IdentityCheck(
            identity.name, masked, trouble=error.word_among({"denied", *REFUSED, *UNAVAILABLE}), request_id=error.request_id
        )
    return IdentityCheck(identity.name, masked, arn=caller.arn, account=caller.account_id)


def link(services: Services, ask: Ask) -> Message:
    """How a person is added, or that they are linked already."""
    return link_message(ask.person, services.names_of(ask.person), ask.language)


def unlink(services: Services, ask: Ask) -> Message:
    """Who can remove a person's link, and what this bot keeps of them."""
    return unlink_message(services.names_of(ask.person), ask.language)


def login(services: Services, ask: Ask) -> Message:
    """That there is no signing in, and what to do instead."""
    return login_message(ask.person, services.names_of(ask.person), ask.language)


def settings(services: Services, ask: Ask) -> Message:
    """``settings``, ``settings zh``, ``settings language zh``; ``settings account prod``, or an identity's name alone."""
    first, _, rest = ask.text.partition(" ")
    of_account = first.lower() in OF_THE_ACCOUNT
    asked = (rest if of_account else ask.text).strip().lower()
    account = next((name for name in services.names_of(ask.person) if name.lower() == asked), None)
    if account or (of_account and WORDS.get(asked) == NO_CHOICE):
        services.choices.change(ask.person, account=account)
        return account_now(account, ask.language)
    words = asked.split()
    word = words[-1] if words else ""
    if word not in WORDS:
        return _settings(services, ask, unknown=word or None)
    services.choices.change(ask.person, language=_chosen(WORDS[word]))
    return language_now(WORDS[word], services.language(ask.person))


def chosen(services: Services, ask: Ask) -> None:
    """A choice in a menu, which then shows it: the Home tab published anew, or the message in place of the old one."""
    choice = ask.given(Choice)
    names = LANGUAGES if choice.setting == "language" else services.names_of(ask.person)
    if choice.value in (*names, NO_CHOICE):
        services.choices.change(ask.person, **{choice.setting: _chosen(choice.value)})
    if ask.origin.in_home:
        opened(services, ask)
    else:
        services.delivery.privately(_settings(services, ask), ask.target, replace_original=True)


def _chosen(value: str) -> str | None:
    return None if value == NO_CHOICE else value


def _settings(services: Services, ask: Ask, unknown: str | None = None) -> Message:
    preferences = services.choices.of(ask.person)
    return settings_message(
        services.language(ask.person),
        chosen=preferences.language,
        accounts=services.names_of(ask.person),
        account=preferences.account,
        unknown=unknown,
    )


HANDLERS: Final[dict[Name, Handler]] = {
    Name.WHOAMI: whoami,
    Name.LINK: link,
    Name.UNLINK: unlink,
    Name.LOGOUT: unlink,
    Name.LOGIN: login,
    Name.SETTINGS: settings,
    Name.CHOOSE_SETTING: chosen,
}
