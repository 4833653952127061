"""The warning to somebody who pasted a key: what it looks like, and what to do now. It repeats nothing of the key."""

from collections.abc import Sequence
from typing import Final

from bot.blocks.kit import Message, header, line, link, message, rich, steps
from bot.explain.shapes import KeyKind
from bot.languages import Language, Texts, mark, sentences

TEXTS: Final = Texts("bot.blocks", "tripwire.toml")
CONSOLES: Final[dict[Language, str]] = {
    "en": "https://ram.console.alibabacloud.com/users",
    "zh": "https://ram.console.aliyun.com/users",
}


def warning(kinds: Sequence[KeyKind], language: Language) -> Message:
    """The private warning. ``kinds`` are those that were found, at least one."""
    found = mark("、", language).join(TEXTS(f"kinds.{kind}", language) for kind in kinds)
    title, body = TEXTS("title", language), TEXTS("body", language, kinds=found)
    todo = [*(TEXTS(f"steps.{kind}", language) for kind in kinds), TEXTS("steps.delete", language)]
    console = rich(line(link(TEXTS("console", language), CONSOLES[language])))
    return message(
        sentences(title, body, language),
        language,
        header(f"🔑 {title}"),
        line(body),
        steps(todo),
        console if {"access_key", "sts"} & set(kinds) else None,
    )
