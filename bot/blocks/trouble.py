"""What nobody asked for: that this bot itself failed, and the warning to who pasted a key, which repeats nothing of it."""

from collections.abc import Sequence
from typing import Final, Literal

from bot.blocks.kit import SHARED, Message, context, escape, header, line, link, message, one_line, rich, steps
from bot.explain.shapes import KeyKind
from bot.languages import Language, Texts, mark, sentences

TRIPWIRE: Final = Texts("bot.blocks", "tripwire.toml")
CONSOLES: Final[dict[Language, str]] = {
    "en": "https://ram.console.alibabacloud.com/users",
    "zh": "https://ram.console.aliyun.com/users",
}


def trouble(language: Language, reference: str) -> Message:
    """A handler failed. The log names the reference where it did."""
    title, body = SHARED("trouble.title", language), SHARED("trouble.body", language)
    small = context(escape(SHARED("reference.id", language, id=reference)))
    return message(sentences(title, body, language), language, header(f"⚠️ {title}"), line(body), small)


def not_audited(language: Language, reference: str) -> Message:
    """An attempt could not be written to the audit, so what came of it is not told."""
    title, body = SHARED("trouble.not_audited_title", language), SHARED("trouble.not_audited", language)
    small = context(escape(SHARED("reference.id", language, id=reference)))
    return message(sentences(title, body, language), language, header(title), line(body), small)


def not_recorded(reason: Literal["full", "share", "not_recorded"], language: Language) -> Message:
    """A command that could not be stored, so it was not started."""
    return one_line(SHARED(f"trouble.{reason}", language))


def warning(kinds: Sequence[KeyKind], language: Language) -> Message:
    """The private warning. ``kinds`` are those that were found, at least one."""
    found = mark("、", language).join(TRIPWIRE(f"kinds.{kind}", language) for kind in kinds)
    title, body = TRIPWIRE("title", language), TRIPWIRE("body", language, kinds=found)
    todo = [*(TRIPWIRE(f"steps.{kind}", language) for kind in kinds), TRIPWIRE("steps.delete", language)]
    console = rich(line(link(TRIPWIRE("console", language), CONSOLES[language])))
    return message(
        sentences(title, body, language),
        language,
        header(f"🔑 {title}"),
        line(body),
        steps(todo),
        console if {"access_key", "sts"} & set(kinds) else None,
    )
