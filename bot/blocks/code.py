"""What an error code means, without any call: the catalogue's words, or the vendor's, or honestly nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.blocks import kit
from bot.blocks.help import COMMAND
from bot.blocks.kit import SHARED, Element, Message
from bot.blocks.requestlog import SYMBOLS, sources_line, todo
from bot.blocks.words import field, retry_words
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts, bracketed, sentences

TEXTS: Final = Texts("bot.blocks", "code.toml")
EXAMPLE: Final = f"{COMMAND} code Forbidden.RAM Ecs"

Silence = Literal["silent", "unlinked", "keyless", "unavailable"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a code. ``title`` and ``page`` are the catalogue's; ``unknown_product`` is one that nobody knows.

    ``guess`` says that only the code's form tells: nobody lists the code itself.
    """

    code: str
    explanation: Explanation
    title: str | None = None
    page: str | None = None
    unknown_product: str | None = None
    guess: bool = False


def code_message(known: Known) -> Message:
    """The meaning of an error code."""
    said = known.explanation
    language = said.language
    key = "guess" if known.guess else "title"
    title = TEXTS(key, language, code=known.code, title=known.title) if known.title else known.code
    small = [TEXTS("own_call", language)]
    if known.guess:
        small.insert(0, TEXTS("guessed", language))
    if known.unknown_product:
        small.insert(0, TEXTS("unknown_product", language, product=known.unknown_product))
    return kit.message(
        sentences(title, said.cause, language) if said.cause else title,
        language,
        kit.header(f"{'❔' if known.guess else SYMBOLS[said.kind]} {title}"),
        kit.piece(9, *_meaning(said)),
        kit.piece(6, *_advice(said)),
        kit.piece(5, *_pages(known, language)),
        kit.context(*(kit.escape(each) for each in small), *(() if known.guess else _sources(said))),
    )


def unknown_code(word: str, why: Silence, near: Sequence[tuple[str, str]], language: Language) -> Message:
    """Nobody knows the code. ``near`` are known codes that look like it, each with its title."""
    codes: list[list[Element | str]] = [[kit.code(each), "  ", said] for each, said in near]
    return kit.titled(
        TEXTS("unknown.title", language, code=kit.fit(word, 80)),
        TEXTS(f"unknown.{why}", language),
        language,
        kit.line(TEXTS("unknown.next", language)),
        *((kit.labelled(TEXTS("unknown.near", language)), kit.steps(codes, "bullet")) if near else ()),
    )


def code_usage(language: Language, word: str | None = None) -> Message:
    """How to ask; above it, a word that is no error code."""
    body = TEXTS("usage.no_code", language, word=kit.fit(word, 40)) if word else TEXTS("usage.body", language)
    return kit.titled(TEXTS("usage.title", language), body, language, example=EXAMPLE)


def _meaning(said: Explanation) -> Iterator[Element]:
    if said.cause:
        yield field("why", said.language, said.cause)
    yield from todo(said, "todo", said.next_steps)
    if said.retry_because:
        yield field("retry", said.language, retry_words(said))


def _advice(said: Explanation) -> Iterator[Element]:
    if said.solutions:
        yield field("solutions", said.language)
        yield kit.quote(said.solutions, 2400)


def _pages(known: Known, language: Language) -> Iterator[Element]:
    if known.explanation.runbook:
        yield field("runbook", language, kit.link(known.explanation.runbook, known.explanation.runbook))
    if known.page:
        yield kit.labelled(TEXTS("page", language), kit.link(known.page, known.page))


def _sources(said: Explanation) -> list[str]:
    named = [
        SHARED(f"source.{source.kind}", said.language) + (bracketed(source.note, said.language) if source.note else "")
        for source in said.sources
        if source.kind != "text"
    ]
    return sources_line(named, said.language)
