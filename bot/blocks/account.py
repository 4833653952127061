"""Messages about the person themselves: whoami, link, settings, and why somebody is not served."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.blocks import kit
from bot.blocks.kit import SHARED, Block, Element, Message
from bot.blocks.views import menu
from bot.blocks.words import name_of
from bot.identity.person import Person
from bot.languages import LANGUAGES, Language, Texts

TEXTS: Final = Texts("bot.blocks", "account.toml")
NO_CHOICE: Final = "auto"
CHOOSE_LANGUAGE: Final = "choose_language"
CHOOSE_ACCOUNT: Final = "choose_account"
MOST_ACCOUNTS: Final = 99


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """One identity: its name, its AccessKey's last four characters, and what Alibaba Cloud said, or why it said nothing.

    Of an account that is seen through a role: the person's own ``callers`` in it, or the Slack user ``groups`` that give it
    whole.
    """

    name: str
    masked_id: str | None
    arn: str | None = None
    account: str | None = None
    trouble: str | None = None
    request_id: str | None = None
    callers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def whoami_message(person: Person, checks: Sequence[IdentityCheck], language: Language) -> Message:
    """As whom the bot looks for a person."""
    title = TEXTS("whoami.title", language, names=", ".join(check.name for check in checks))
    ids = TEXTS("whoami.ids", language, team=person.team or person.enterprise or "–", user=person.user)
    shown = (kit.piece(8, *_check(check, language)) for check in checks)
    return kit.message(title, language, kit.header(title), *shown, kit.context(kit.escape(ids)))


def _check(check: IdentityCheck, language: Language) -> Iterator[Element]:
    name: list[Element | str] = [kit.words(check.name, bold=True)]
    if check.masked_id:
        name += ["  ", TEXTS("whoami.key", language), " ", kit.code(check.masked_id)]
    yield kit.line(*name)
    if check.trouble:
        request: list[Element | str] = (
            [" ", name_of("request_id", language), " ", kit.code(check.request_id)] if check.request_id else []
        )
        own = f"whoami.{check.trouble}"
        said = TEXTS(own, language) if TEXTS.has(own) else SHARED(f"refused.{check.trouble}", language, name=check.name)
        yield kit.line(said, *request)
    elif check.groups or check.callers:
        yield kit.line(TEXTS("whoami.groups" if check.groups else "whoami.callers", language))
        yield kit.line(*_listed(check.groups or check.callers))
    else:
        yield kit.line(TEXTS("whoami.direct", language))
        yield kit.line(kit.code(check.arn or "–"))
    if check.account:
        yield kit.line(TEXTS("whoami.account", language), " ", kit.code(check.account))


def _listed(words: Sequence[str]) -> Iterator[Element | str]:
    for number, word in enumerate(words):
        yield from (", ", kit.code(word)) if number else (kit.code(word),)


def groups_unknown(language: Language) -> Message:
    """That Slack did not say what a person may see."""
    said = SHARED("unavailable.groups", language)
    return kit.message(said, language, kit.line(said))


def identities_refused(faults: int, language: Language) -> Message:
    """For administrators: the identities file changed, and the new version cannot be used."""
    title = TEXTS("identities.title", language)
    return kit.message(title, language, kit.header(title), kit.line(TEXTS("identities.refused", language, count=faults)))


def link_message(person: Person, names: Sequence[str], language: Language) -> Message:
    """How to get an identity; for somebody who has one, that they do."""
    if names:
        title = TEXTS("link.linked_title", language)
        return kit.message(title, language, kit.header(title), kit.line(TEXTS("link.linked", language, names=", ".join(names))))
    title = TEXTS("link.title", language)
    return kit.message(title, language, kit.header(title), *how_to_link(person, language))


def unlink_message(names: Sequence[str], language: Language) -> Message:
    """Who can end somebody's link, and what the bot keeps of them; for somebody without one, that there is none to end."""
    title = TEXTS("unlink.title" if names else "unlink.none_title", language)
    ending = kit.line(TEXTS("unlink.body", language, names=", ".join(names))) if names else None
    return kit.message(title, language, kit.header(title), ending, kit.line(TEXTS("unlink.kept", language)))


def login_message(person: Person, names: Sequence[str], language: Language) -> Message:
    """That nobody signs in from Slack, and what there is instead."""
    title = TEXTS("login.title", language)
    said = kit.rich(kit.line(TEXTS("login.linked" if names else "login.body", language, names=", ".join(names))))
    return kit.message(title, language, kit.header(title), said, *([] if names else how_to_link(person, language)))


def how_to_link(person: Person, language: Language) -> list[Block]:
    """What somebody without an identity can do, with the lines for the identities file ready to copy."""
    name = "".join(letter for letter in person.user if letter.isalnum())
    lines = [
        "[[people]]",
        f'team = "{person.team}"' if person.team else f'enterprise = "{person.enterprise or ""}"',
        f'user = "{person.user}"',
        "[[people.identities]]",
        f'credential = {{ env = "{name}" }}',
    ]
    return [
        kit.rich(kit.line(TEXTS("link.body", language)), kit.preformatted("\n".join(lines))),
        kit.context(TEXTS("link.note", language, name=name)),
    ]


def account_now(account: str | None, language: Language) -> Message:
    """The sentence that confirms a typed identity; None goes by the order of the identities file again."""
    return kit.one_line(TEXTS("account_now.name" if account else "account_now.auto", language, name=account or ""))


def settings_message(
    language: Language,
    *,
    chosen: Language | None,
    accounts: Sequence[str],
    account: str | None,
    unknown: str | None = None,
) -> Message:
    """The preferences with their menus; above them, a word that is no language."""
    title = TEXTS("settings.title", language)
    wrong = TEXTS("settings.unknown", language, word=unknown[:40]) if unknown else None
    menus = settings_blocks(language, chosen=chosen, accounts=accounts, account=account)
    now = TEXTS(f"settings.is_{chosen or NO_CHOICE}", language)
    return kit.message(wrong or now, language, kit.line(wrong) if wrong else None, kit.header(title), *menus)


def settings_blocks(
    language: Language, *, chosen: Language | None, accounts: Sequence[str], account: str | None
) -> list[Block]:
    """The menus: the language, and where there are several identities, with which to look first."""
    languages = [(each, TEXTS(f"settings.{each}", language)) for each in (NO_CHOICE, *LANGUAGES)]
    label = TEXTS("settings.language", language)
    blocks = [kit.section(label, menu(CHOOSE_LANGUAGE, label, languages, chosen or NO_CHOICE))]
    if len(accounts) > 1:
        label = TEXTS("settings.account", language)
        options = [(NO_CHOICE, TEXTS("settings.first", language)), *((name, name) for name in accounts[:MOST_ACCOUNTS])]
        blocks.append(kit.section(label, menu(CHOOSE_ACCOUNT, label, options, account or NO_CHOICE)))
    return blocks


def refusal(barrier: str, language: Language) -> Message:
    """Why somebody is not served, or not now. ``barrier`` is one of the guard's, or ``rate``."""
    title = TEXTS("refusal.later" if barrier in {"rate", "unknown"} else "refusal.title", language)
    body = TEXTS("refusal.foreign", language) if barrier == "foreign" else SHARED(f"refused.{barrier}", language)
    return kit.titled(title, body, language)
