"""The warning to somebody who pasted a key: what it looks like, and what to do now. It repeats nothing of the key."""

from collections.abc import Sequence
from typing import Final

from bot.blocks.kit import Message, header, line, link, message, piece, rich, steps
from bot.blocks.words import TEXTS as SHARED
from bot.explain.tripwire import KeyKind
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "tripwire.toml")
CONSOLES: Final[dict[Language, str]] = {
    "en": "https://ram.console.alibabacloud.com/users",
    "zh": "https://ram.console.aliyun.com/users",
}


def warning(kinds: Sequence[KeyKind], language: Language) -> Message:
    """The private warning. ``kinds`` are those that were found, at least one."""
    comma = "、" if language == "zh" else ", "
    title = TEXTS("title", language)
    body = TEXTS("body", language, kinds=comma.join(TEXTS(f"kinds.{kind}", language) for kind in kinds))
    todo = [*(TEXTS(f"steps.{kind}", language) for kind in kinds), TEXTS("steps.delete", language)]
    console = rich(line(link(TEXTS("console", language), CONSOLES[language])))
    pieces = [
        piece(9, header(f"🔑 {title}")),
        piece(9, rich(line(body), steps(todo))),
        piece(9, console if {"access_key", "sts"} & set(kinds) else None),
    ]
    return message(f"{title}{'。' if language == 'zh' else '. '}{body}", pieces, SHARED("card.shortened", language))
