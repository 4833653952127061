"""Messages about the person themselves: whoami, link, settings, and why somebody is not served."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.blocks.kit import (
    Block,
    Element,
    Message,
    code,
    context,
    escape,
    header,
    line,
    message,
    piece,
    preformatted,
    rich,
    section,
    words,
)
from bot.blocks.views import menu
from bot.blocks.words import TEXTS as SHARED
from bot.identity.person import Person
from bot.languages import LANGUAGES, Language, Texts

TEXTS: Final = Texts("bot.blocks", "account.toml")
NO_CHOICE: Final = "auto"
CHOOSE_LANGUAGE: Final = "choose_language"
CHOOSE_ACCOUNT: Final = "choose_account"
MOST_ACCOUNTS: Final = 99


@dataclass(frozen=True, slots=True)
class Face:
    """One identity: its name, its AccessKey's last four characters, and what Alibaba Cloud said, or why it said nothing."""

    name: str
    masked_id: str | None
    arn: str | None = None
    account: str | None = None
    trouble: str | None = None
    request_id: str | None = None


def whoami_message(person: Person, faces: Sequence[Face], language: Language) -> Message:
    """As whom the bot looks for a person."""
    title = TEXTS("whoami.title", language, names=", ".join(face.name for face in faces))
    pieces = [piece(9, header(title)), *(piece(8, _face(face, language)) for face in faces)]
    pieces.append(piece(9, context(escape(_ids(person, language)))))
    return message(title, pieces, SHARED("card.shortened", language))


def _face(face: Face, language: Language) -> Block:
    spans: list[Element | str] = [words(face.name, bold=True)]
    if face.masked_id:
        spans += ["  ", TEXTS("whoami.key", language), " ", code(face.masked_id)]
    if face.trouble:
        said: list[Element | str] = [TEXTS(f"whoami.{face.trouble}", language)]
        if face.request_id:
            said += [" ", SHARED("card.request", language), " ", code(face.request_id)]
        return rich(line(*spans), line(*said))
    account = line(TEXTS("whoami.account", language), " ", code(face.account or "–"))
    return rich(line(*spans), line(code(face.arn or "–")), account)


def link_message(person: Person, names: Sequence[str], language: Language) -> Message:
    """How to get an identity; for somebody who has one, that they do."""
    if names:
        title = TEXTS("link.linked_title", language)
        body = rich(line(TEXTS("link.linked", language, names=", ".join(names))))
        return message(title, [piece(9, header(title)), piece(9, body)], SHARED("card.shortened", language))
    title = TEXTS("link.title", language)
    pieces = [piece(9, header(title)), *(piece(9, block) for block in how_to_link(person, language))]
    return message(title, pieces, SHARED("card.shortened", language))


def unlink_message(names: Sequence[str], language: Language) -> Message:
    """Who can end somebody's link, and what the bot keeps of them; for somebody without one, that there is none to end."""
    title = TEXTS("unlink.title" if names else "unlink.none_title", language)
    lines = [line(TEXTS("unlink.body", language, names=", ".join(names)))] if names else []
    pieces = [piece(9, header(title)), piece(9, rich(*lines, line(TEXTS("unlink.kept", language))))]
    return message(title, pieces, SHARED("card.shortened", language))


def login_message(person: Person, names: Sequence[str], language: Language) -> Message:
    """That nobody signs in from Slack, and what there is instead."""
    title = TEXTS("login.title", language)
    pieces = [piece(9, header(title))]
    if names:
        pieces.append(piece(9, rich(line(TEXTS("login.linked", language, names=", ".join(names))))))
    else:
        pieces.append(piece(9, rich(line(TEXTS("login.body", language)))))
        pieces += [piece(9, block) for block in how_to_link(person, language)]
    return message(title, pieces, SHARED("card.shortened", language))


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
        rich(line(TEXTS("link.body", language)), preformatted("\n".join(lines))),
        context(TEXTS("link.note", language, name=name)),
    ]


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
    pieces = [piece(9, rich(line(wrong)) if wrong else None), piece(9, header(title))]
    pieces.append(piece(9, *settings_blocks(language, chosen=chosen, accounts=accounts, account=account)))
    now = TEXTS(f"settings.is_{chosen or NO_CHOICE}", language)
    return message(wrong or now, pieces, SHARED("card.shortened", language))


def settings_blocks(
    language: Language, *, chosen: Language | None, accounts: Sequence[str], account: str | None
) -> list[Block]:
    """The menus: the language, and where there are several identities, with which to look first."""
    languages = [(each, TEXTS(f"settings.{each}", language)) for each in (NO_CHOICE, *LANGUAGES)]
    label = TEXTS("settings.language", language)
    blocks = [section(label, menu(CHOOSE_LANGUAGE, label, languages, chosen or NO_CHOICE))]
    if len(accounts) > 1:
        label = TEXTS("settings.account", language)
        options = [(NO_CHOICE, TEXTS("settings.first", language)), *((name, name) for name in accounts[:MOST_ACCOUNTS])]
        blocks.append(section(label, menu(CHOOSE_ACCOUNT, label, options, account or NO_CHOICE)))
    return blocks


def refusal(barrier: str, language: Language) -> Message:
    """Why somebody is not served: ``guest``, ``shared`` or ``foreign``."""
    title = TEXTS("refusal.title", language)
    body = TEXTS("refusal.foreign", language) if barrier == "foreign" else SHARED(f"refused.{barrier}", language)
    stop = "。" if language == "zh" else ". "
    return message(
        f"{title}{stop}{body}", [piece(9, header(title)), piece(9, rich(line(body)))], SHARED("card.shortened", language)
    )


def _ids(person: Person, language: Language) -> str:
    return TEXTS("whoami.ids", language, team=person.team or person.enterprise or "–", user=person.user)
