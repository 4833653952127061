"""What a catalogue file may say: the entries of our own files, and a team's additions to them, read from TOML."""

import re
import tomllib
from datetime import date
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.explain.explanation import Retry
from bot.languages import Language

_PLACEHOLDER: Final = re.compile(r"\{([a-z]+)\}")
_SEGMENT: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_\-]*[A-Za-z0-9])?"
_TAIL: Final = rf"{_SEGMENT}(?:\.{_SEGMENT})*"


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _regex(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return re.compile(value)
    except re.error as error:
        message = f"is not a regular expression ({error})"
        raise ValueError(message) from error


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.*\-]+$", max_length=120)]
Pattern = Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z0-9_.\-]|\{[a-z]+\})+$", max_length=120)]
Title = Annotated[str, _text(60)]
Cause = Annotated[str, _text(600)]
Step = Annotated[str, _text(400)]
Steps = Annotated[tuple[Step, ...], Field(min_length=1, max_length=4)]
Link = Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s<>|\"`]*)?$", max_length=500)]
Message = Annotated[re.Pattern[str], BeforeValidator(_regex)]
Checked = Annotated[date, Field(strict=True)]
Meaning = Annotated[Retry, Field(description="whether the same request may be sent again")]

ErrorKind = Literal["failed", "denied", "throttled"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(_Table):
    """An entry's texts in one language: what it is, why it happened, and one to four steps out of it.

    ``reads`` and ``writes`` go before the steps, unless the call is known to be of the other kind.
    """

    title: Title
    cause: Cause
    steps: Steps
    reads: Steps = ()
    writes: Steps = ()


class PartialWords(_Table):
    """A team's own texts in one language; what is left out stays as the catalogue has it."""

    title: Title | None = None
    cause: Cause | None = None
    steps: Steps | None = None

    @property
    def complete(self) -> bool:
        """Whether the texts can stand alone."""
        return bool(self.title and self.cause and self.steps)


class _Told(_Table):
    """Which errors a table speaks of: by whole code or by pattern, and, where one code has several meanings, by more.

    ``products`` are product codes and ``message`` is searched in the error's message; both narrow. A pattern holds
    placeholders, ``IncorrectStatus.{resource}``, each standing for plain identifier characters.
    """

    codes: tuple[Code, ...] = ()
    patterns: Annotated[tuple[Pattern, ...], BeforeValidator(_several)] = Field((), alias="pattern")
    products: tuple[Code, ...] = ()
    message: Message | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.codes and not self.patterns:
            message = "names neither codes nor a pattern"
            raise ValueError(message)
        return self

    def fits(self, product: str | None, message: str | None) -> bool:
        """Whether the call's product and message are among those that the table speaks of."""
        if self.products and (product or "").casefold() not in (known.casefold() for known in self.products):
            return False
        return self.message is None or bool(message and self.message.search(message))

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """Orders tables of the same code: one for a product goes before one for a message, both before neither."""
        return bool(self.products), self.message is not None


class Entry(_Told):
    """What the catalogue knows of an error code or of a family of them.

    ``id`` never changes once published: it is how an explanation names its source. The first of ``codes`` is the code as
    the vendor writes it, the others are spellings that mean the same. ``source`` is where the facts come from and
    ``checked`` the day when somebody last held them against it. ``examples`` are codes that the pattern is meant for.
    ``general`` marks codes that stand for many things, so that what the error's message says goes before the entry; such a
    one leaves ``retry`` out where nothing but the message tells whether repeating helps.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    source: Link
    checked: Checked
    en: Words
    zh: Words
    retry: Meaning | None = None
    kind: ErrorKind = "failed"
    general: bool = False
    examples: tuple[Code, ...] = ()

    def words(self, language: Language) -> Words:
        """The texts in a language."""
        return self.zh if language == "zh" else self.en


class Override(_Told):
    """What a team says of an error code in its own words, over what the catalogue says of it.

    ``runbook`` is the team's own page on the matter. ``file`` is where it stands, for whoever wonders who wrote it.
    """

    file: str = ""
    retry: Meaning | None = None
    kind: ErrorKind | None = None
    source: Link | None = None
    runbook: Link | None = None
    en: PartialWords = PartialWords()
    zh: PartialWords = PartialWords()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.retry or self.kind or self.runbook or self.spoken):
            message = "changes nothing: it has neither texts nor a runbook, retry or kind"
            raise ValueError(message)
        return self

    def words(self, language: Language) -> PartialWords:
        """The texts in a language, as far as the team wrote them."""
        return self.zh if language == "zh" else self.en

    @property
    def spoken(self) -> bool:
        """Whether it brings texts of its own."""
        return any(field for words in (self.en, self.zh) for field in (words.title, words.cause, words.steps))

    @property
    def complete(self) -> bool:
        """Whether it can explain a code that the catalogue doesn't know."""
        return self.retry is not None and (self.en.complete or self.zh.complete)


_T = TypeVar("_T", bound=_Told)


def read_entries(text: str, model: type[_T]) -> tuple[list[tuple[int, _T]], list[tuple[str, str]]]:
    """The ``[[entry]]`` tables of a TOML text, each with its place (from 1), and the mistakes in it.

    A mistake is a pair of texts: which entry (empty for the file as a whole) and what is wrong with it.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [("", f"is not TOML: {error}")]
    tables = document.pop("entry", [])
    mistakes = [("", f"{key}: is not known here, only [[entry]] is") for key in document]
    if not isinstance(tables, list):
        return [], [*mistakes, ("", "entry: must be written as [[entry]]")]
    good = []
    for place, table in enumerate(tables, 1):
        try:
            good.append((place, model.model_validate(table)))
        except ValidationError as error:
            mistakes += [(name_of(place, table), reason) for reason in _reasons(error)]
    return good, mistakes


def name_of(place: int, table: object) -> str:
    """How a person finds an entry in its file: its place and its first code or pattern."""
    named: Any = table if isinstance(table, dict) else {}
    codes = named.get("codes") or named.get("pattern")
    first = codes[0] if isinstance(codes, list) else codes
    return f"entry {place} ({first})" if isinstance(first, str) else f"entry {place}"


def _reasons(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" if item["loc"] else item["msg"]
        for item in error.errors(include_url=False, include_input=False)
    ]


def placeholders(text: str) -> set[str]:
    """The names of the placeholders in a pattern or a text."""
    return set(_PLACEHOLDER.findall(text))


def filled(text: str, captured: dict[str, str]) -> str:
    """A text with its placeholders replaced by what the pattern found; a brace that is no placeholder stays."""
    return _PLACEHOLDER.sub(lambda hit: captured.get(hit[1], hit[0]), text) if captured else text


def literal(pattern: str) -> str:
    """What of a pattern is no placeholder; its length tells how much a pattern knows."""
    return _PLACEHOLDER.sub("", pattern)


def expression(pattern: str) -> str:
    """A pattern as a regular expression for whole codes, a named group a placeholder.

    A placeholder takes plain identifier characters only, so what it finds in foreign text may be shown; and one dotted
    segment only, so that it does not take a reason for a part of a name, but for one that ends a pattern after a dot.
    """
    *parts, last = _PLACEHOLDER.split(pattern)
    tail = f"(?P<{parts.pop()}>{_TAIL})" if not last and parts[-2].endswith(".") else re.escape(last)
    regex = "".join(f"(?P<{part}>{_SEGMENT})" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return regex + tail
