"""What an error code means, without any call: the catalogue's words, or the vendor's, or honestly nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.blocks.help import COMMAND
from bot.blocks.kit import (
    Block,
    Element,
    Message,
    code,
    context,
    escape,
    fit,
    header,
    line,
    link,
    message,
    piece,
    quote,
    rich,
    steps,
    words,
)
from bot.blocks.requestlog import SYMBOLS, retry_words
from bot.blocks.words import TEXTS as SHARED
from bot.explain.explanation import Explanation
from bot.languages import Language, Texts

TEXTS: Final = Texts("bot.blocks", "code.toml")
EXAMPLE: Final = f"{COMMAND} code Forbidden.RAM Ecs"

Silence = Literal["silent", "unlinked", "unavailable"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a code. ``title`` and ``page`` are the catalogue's; ``unknown_product`` is one that nobody knows."""

    code: str
    explanation: Explanation
    title: str | None = None
    page: str | None = None
    unknown_product: str | None = None


def code_message(known: Known) -> Message:
    """The meaning of an error code."""
    said = known.explanation
    language = said.language
    title = TEXTS("title", language, code=known.code, title=known.title) if known.title else known.code
    small = [TEXTS("own_call", language)]
    if known.unknown_product:
        small.insert(0, TEXTS("unknown_product", language, product=known.unknown_product))
    pieces = [
        piece(9, header(f"{SYMBOLS[said.kind]} {title}")),
        piece(9, _meaning(said)),
        piece(6, _advice(said)),
        piece(5, _page(known, language)),
        piece(9, context(*(escape(each) for each in small), *_sources(said))),
    ]
    return message(_joined(title, said.cause, language), pieces, SHARED("card.shortened", language))


def unknown_code(word: str, why: Silence, near: Sequence[tuple[str, str]], language: Language) -> Message:
    """Nobody knows the code. ``near`` are known codes that look like it, each with its title."""
    title = TEXTS("unknown.title", language, code=fit(word, 80))
    body = TEXTS(f"unknown.{why}", language)
    elements: list[Element] = [line(body), line(TEXTS("unknown.next", language))]
    if near:
        known: list[list[Element | str]] = [[code(each), "  ", said] for each, said in near]
        elements += [line(words(TEXTS("unknown.near", language), bold=True)), steps(known, "bullet")]
    pieces = [piece(9, header(title)), piece(9, rich(*elements))]
    return message(_joined(title, body, language), pieces, SHARED("card.shortened", language))


def code_usage(language: Language, word: str | None = None) -> Message:
    """How to ask; above it, a word that is no error code."""
    title = TEXTS("usage.title", language)
    body = TEXTS("usage.no_code", language, word=fit(word, 40)) if word else TEXTS("usage.body", language)
    pieces = [piece(9, header(title)), piece(9, rich(line(body, code(EXAMPLE))))]
    return message(f"{title} {body}{EXAMPLE}", pieces, SHARED("card.shortened", language))


def _joined(title: str, rest: str | None, language: Language) -> str:
    return f"{title}{'。' if language == 'zh' else '. '}{rest}" if rest else title


def _meaning(said: Explanation) -> Block | None:
    language = said.language
    elements: list[Element] = []
    if said.cause:
        elements.append(line(words(SHARED("card.why", language), bold=True), "  ", said.cause))
    if said.next_steps:
        elements.append(line(words(SHARED("card.todo", language), bold=True)))
        elements.append(steps(said.next_steps, "ordered" if len(said.next_steps) > 1 else "bullet"))
    if said.retry:
        elements.append(line(words(SHARED("card.retry", language), bold=True), "  ", retry_words(said)))
    return rich(*elements) if elements else None


def _advice(said: Explanation) -> Block | None:
    if not said.solutions:
        return None
    return rich(line(words(SHARED("card.solutions", said.language), bold=True)), quote(said.solutions, 2400))


def _page(known: Known, language: Language) -> Block | None:
    pages = []
    if known.explanation.runbook:
        pages.append((SHARED("card.runbook", language), known.explanation.runbook))
    if known.page:
        pages.append((TEXTS("page", language), known.page))
    lines = [line(words(name, bold=True), "  ", link(page, page)) for name, page in pages]
    return rich(*lines) if lines else None


def _sources(said: Explanation) -> list[str]:
    chinese = said.language == "zh"
    brackets = "（{}）" if chinese else " ({})"
    told = [
        SHARED(f"source.{source.kind}", said.language) + (brackets.format(source.note) if source.note else "")
        for source in said.sources
        if source.kind != "text"
    ]
    named = ("、" if chinese else ", ").join(told)
    return [escape(fit(SHARED("card.sources", said.language, sources=named), 400))] if told else []
