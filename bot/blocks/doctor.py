"""The check-up: each identity of a person, and what it may do. The terminal uses the same sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.blocks.kit import SHARED, Element, Message, code, header, line, message, piece, rich, words
from bot.languages import Language, Texts, mark

Verdict = Literal[
    "known", "own", "allowed", "missing", "undecided", "unchecked", "credential", "clock", "unreachable", "refused"
]

TEXTS: Final = Texts("bot.blocks", "doctor.toml")
MARKS: Final[dict[bool | None, str]] = {True: "✅", False: "❌", None: "ℹ️"}
_WELL: Final = frozenset({"known", "own", "allowed"})
_ILL: Final = frozenset({"credential", "clock", "unreachable", "refused"})


@dataclass(frozen=True, slots=True)
class Right:
    """What a probe of one operation showed. ``action`` is the RAM action it needs, ``code`` the refusal's, ``caller`` who."""

    operation: str
    verdict: Verdict
    action: str | None = None
    code: str | None = None
    caller: str | None = None

    @property
    def ok(self) -> bool | None:
        """Whether it is well; None for a right that is not needed for a look-up or could not be decided."""
        return True if self.verdict in _WELL else False if self.verdict in _ILL else None


@dataclass(frozen=True, slots=True)
class Examined:
    """One identity with its rights; ``trouble`` says why it could not be examined."""

    name: str
    rights: tuple[Right, ...] = ()
    trouble: str | None = None


def right_words(right: Right, language: Language) -> str:
    """A probe's result in one sentence."""
    key = f"without.{right.operation}"
    without = TEXTS(key, language) if TEXTS.has(key) else ""
    values = {"action": right.action or "–", "code": right.code or "–", "caller": right.caller or "–", "without": without}
    return TEXTS(f"right.{right.verdict}", language, **values)


def doctor_message(examined: Sequence[Examined], barrier: str | None, page: str, language: Language) -> Message:
    """The check-up of a person. ``page`` says in a word how the console page of log tickets is set."""
    title = TEXTS("title", language)
    ill = barrier is not None or any(each.trouble or any(right.ok is False for right in each.rights) for each in examined)
    verdict = TEXTS("verdict.ill" if ill else "verdict.well", language)
    stopped = rich(line(f"{MARKS[False]} {TEXTS(barrier, language)}")) if barrier is not None else None
    unset = line(f"{MARKS[None]} {TEXTS(f'page.{page}', language)}") if page != "set" else None
    return message(
        f"{title}{mark('：', language)}{verdict}",
        language,
        header(f"🩺 {title}"),
        rich(line(verdict)),
        stopped,
        *(piece(8, *_identity(each, language)) for each in examined),
        piece(7, unset),
    )


def _identity(each: Examined, language: Language) -> list[Element]:
    lines = [line(words(TEXTS("identity", language, name=each.name), bold=True))]
    if each.trouble:
        lines.append(line(f"{MARKS[False]} {_trouble(each, language)}"))
    lines += [line(f"{MARKS[right.ok]} ", code(right.operation), "  ", right_words(right, language)) for right in each.rights]
    return lines


def _trouble(each: Examined, language: Language) -> str:
    """What stands in an identity's way, in the check-up's own words, else in those of a look-up."""
    word = each.trouble or ""
    if TEXTS.has(word):
        return TEXTS(word, language)
    return SHARED(f"refused.{word}" if SHARED.has(f"refused.{word}") else f"unavailable.{word}", language, name=each.name)
