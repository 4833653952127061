"""What the bot can do, told to somebody who typed help, an unknown word, or a text without a RequestId."""

from typing import Final

from bot.blocks.kit import Element, Message, code, context, header, line, message, piece, rich, steps
from bot.blocks.words import TEXTS
from bot.languages import Language

COMMAND: Final = "/requestlog"

USAGES: Final = (
    ("", "123E4567-E89B-12D3-A456-426614174000", "usage"),
    ("code", "Forbidden.RAM Ecs", "code"),
    ("diff", "A B", "diff"),
    ("decode", "AQIB…", "decode"),
    ("ticket", "cn-hangzhou en", "ticket"),
    ("whoami", "", "whoami"),
    ("settings", "zh", "settings"),
    ("link", "", "link"),
    ("doctor", "", "doctor"),
    ("help", "", "help"),
)
ABOUT_LINKS: Final = ("unlink", "logout", "login")


def help_message(language: Language, *, unknown: str | None = None, nearest: str | None = None) -> Message:
    """The help, which names each sub-command literally; above it, the unknown word with the nearest known one."""
    title = TEXTS("help.title", language)
    wrong = None
    if unknown is not None:
        key = "help.unknown" if nearest else "help.unknown_far"
        wrong = TEXTS(key, language, word=unknown[:40], nearest=nearest)
    usages: list[list[Element | str]] = [
        [code(" ".join(part for part in (COMMAND, name, example) if part)), "  ", TEXTS(f"help.{key}", language)]
        for name, example, key in USAGES
    ]
    usages.insert(-1, [*_about_links(), "  ", TEXTS("help.links", language)])
    pieces = [
        piece(9, rich(line(wrong)) if wrong else None),
        piece(9, header(title)),
        piece(9, rich(line(TEXTS("help.lead", language)), steps(usages, "bullet"))),
        piece(9, context(TEXTS("help.elsewhere", language))),
    ]
    return message(wrong or f"{title} {TEXTS('help.lead', language)}", pieces, TEXTS("card.shortened", language))


def _about_links() -> list[Element | str]:
    first, *others = (code(f"{COMMAND} {name}") for name in ABOUT_LINKS)
    return [first, *(part for each in others for part in (" ", each))]


def nothing_found(language: Language) -> Message:
    """A text without any RequestId, error code or denial in it."""
    title, body = TEXTS("nothing.title", language), TEXTS("nothing.body", language)
    pieces = [piece(9, header(title)), piece(9, rich(line(body))), piece(9, context(TEXTS("help.more", language)))]
    return message(f"{title}. {body}", pieces, TEXTS("card.shortened", language))
