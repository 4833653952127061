"""What the bot can do, told to somebody who typed help, an unknown word, or a text without a RequestId."""

from typing import Final

from bot.blocks.kit import SHARED, Element, Message, code, context, header, line, message, rich, steps, titled
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
    title = SHARED("help.title", language)
    wrong = None
    if unknown is not None:
        key = "help.unknown" if nearest else "help.unknown_far"
        wrong = SHARED(key, language, word=unknown[:40], nearest=nearest)
    usages: list[list[Element | str]] = [
        [code(" ".join(part for part in (COMMAND, name, example) if part)), "  ", SHARED(f"help.{key}", language)]
        for name, example, key in USAGES
    ]
    usages.insert(-1, [*_about_links(), "  ", SHARED("help.links", language)])
    return message(
        wrong or f"{title} {SHARED('help.lead', language)}",
        language,
        rich(line(wrong)) if wrong else None,
        header(title),
        line(SHARED("help.lead", language)),
        steps(usages, "bullet"),
        context(SHARED("help.elsewhere", language)),
    )


def _about_links() -> list[Element | str]:
    first, *others = (code(f"{COMMAND} {name}") for name in ABOUT_LINKS)
    return [first, *(part for each in others for part in (" ", each))]


def nothing_found(language: Language) -> Message:
    """A text without any RequestId, error code or denial in it."""
    title, body = SHARED("nothing.title", language), SHARED("nothing.body", language)
    return titled(title, body, language, context(SHARED("help.more", language)))
