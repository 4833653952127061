"""What an error means: by its message, whose readers stand in meanings.toml in their order, else by the look of its code.

A message outranks the look of a code: of the documented codes that begin with ``Forbidden`` many say nothing of permission.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.explain.entries import ErrorKind, Step, Title
from bot.explain.explanation import Retry
from bot.languages import Language

_SEPARATORS = re.compile(r"[_\s-]+")
_LONGEST_CODE: Final = 160
_LONGEST_MESSAGE: Final = 2_000
_WORD: Final = r"[A-Za-z][\w.]{0,58}\w"
_CAMEL: Final = r"(?=[\w.]{5,60}(?![\w.]))[A-Za-z]\w*(?:[a-z][A-Z]|[._]\w)[\w.]*\w"
_AFTER: Final = r"param\w*|value|field|format|is|are|was|were|can\w*|should|must|may|does|exceeds|has|that is (?:mandatory|not)"
_BEFORE: Final = "[Pp]aram(?:eter)?(?: of)?|[Ss]pecified|[Ii]nvalid|[Tt]he|(?:value|format|length|size) of"
_PARAMETER = re.compile(
    rf"[Pp]aram(?:eter)?s?(?: of)?:? [\"'“`\[]({_WORD})[\"'”`\]]|[\"'“`]({_WORD})[\"'”`] (?:parameter|that is mandatory)"
    rf"|(?:^|(?:{_BEFORE}) )({_CAMEL})(?=[,.]?$|,| (?:{_AFTER}|and|or)\b)"
    rf"|[Ss]pecified ([A-Z]\w{{1,58}})(?= parameter\b)"
    rf"|[Pp]arameter ([A-Z]\w{{2,58}})(?= (?:{_AFTER})\b)"
    rf"|参数 ?[“\"']?({_CAMEL})"
)
# Segments of codes that speak of permission. Products also put the first ones before reasons of any other kind.
_PERHAPS: Final = frozenset({"forbidden", "forbedden", "forbbiden", "accessforbidden"})
_PERMISSION: Final = frozenset(
    {
        *("nopermission", "nopermissions", "accessdenied", "noauth", "unauthorized", "unauthorised", "notauthorized"),
        *("statusforbidden", "actionunauthorized", "passroleforbidden", "kmsunauthorized", "permissiondenied"),
        *("rampermissiondeny", "unauthorizedoperation", "ram", "subuser", "notsupportram"),
    }
)
_NEVER_PERMISSION: Final = frozenset({"not_found", "stock", "risk", "nonce", "throttling"})

Standing = Literal["certain", "perhaps"]


def _pattern(value: object) -> object:
    return re.compile(value) if isinstance(value, str) and value else None


Pattern = Annotated[re.Pattern[str] | None, BeforeValidator(_pattern)]


class MeaningWords(BaseModel):
    """A meaning's texts in one language.

    ``named`` is the title where the parameter's name is known; ``because`` says why the request may or may not be repeated.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    cause: str
    steps: tuple[Step, ...]
    named: Title | None = None
    because: str | None = None

    def title_for(self, message: str | None) -> str:
        """The title, with the parameter's name where the message names one."""
        name = parameter_in(message) if self.named else None
        return self.named.replace("{name}", name) if self.named and name else self.title


class Meaning(BaseModel):
    """One thing that an error can mean. ``retry`` is None where the meaning alone does not tell.

    ``fixer`` names who can fix it where that does not follow from ``retry``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: ErrorKind = "failed"
    retry: Annotated[Retry | None, BeforeValidator(lambda value: value or None)]
    fixer: str | None = None
    message: dict[str, Pattern] = {}
    unless: Pattern = None
    code: Pattern = None
    en: MeaningWords
    zh: MeaningWords

    def words(self, language: Language) -> MeaningWords:
        """The texts in a language."""
        return self.zh if language == "zh" else self.en

    def fits(self, text: str) -> bool:
        """Whether a message, in lower case and on one line, says this."""
        found = any(word in text and (rule is None or rule.search(text)) for word, rule in self.message.items())
        return found and not (self.unless and self.unless.search(text))


@cache
def meanings() -> dict[str, Meaning]:
    """All meanings by their id, in the order in which they are tried."""
    tables = tomllib.loads(resources.files("bot.explain").joinpath("meanings.toml").read_text("utf-8"))["meaning"]
    return {meaning.id: meaning for meaning in map(Meaning.model_validate, tables)}


@cache
def _by_word() -> dict[str, tuple[int, ...]]:
    """The places, among all meanings, of those whose readers look for a word: most messages hold the words of a few."""
    words: dict[str, tuple[int, ...]] = {}
    for place, meaning in enumerate(meanings().values()):
        words |= {word: (*words.get(word, ()), place) for word in meaning.message}
    return words


@cache
def _by_start() -> dict[str, tuple[str, ...]]:
    starts: dict[str, tuple[str, ...]] = {}
    for word in _by_word():
        starts[word[:2]] = (*starts.get(word[:2], ()), word)  # none is shorter
    return starts


def said_by_message(message: str | None) -> Meaning | None:
    """What a message says, None for one that no reader understands."""
    text = " ".join((message or "")[:_LONGEST_MESSAGE].lower().split())
    starts = _by_start()
    begun = starts.keys() & set(map(str.__add__, text, text[1:]))
    words = [word for start in begun for word in starts[start] if word in text]
    ordered = tuple(meanings().values())
    places = sorted({place for word in words for place in _by_word()[word]})
    return next((ordered[place] for place in places if ordered[place].fits(text)), None)


@lru_cache(512)
def said_by_entry(title: str, cause: str) -> Meaning | None:
    """What an entry of the catalogue says, by its English words."""
    return said_by_message(f"{title}. {cause}")


def parameter_in(message: str | None) -> str | None:
    """The parameter that a message names: one in quotes, or a word that nobody would write in a sentence, where one belongs."""
    found = next(_PARAMETER.finditer((message or "")[:_LONGEST_MESSAGE]), None)
    return next(filter(None, found.groups())) if found else None


@lru_cache(2048)
def family_of(code: str | None) -> Meaning | None:
    """What a code means by its look, permission aside; None for one of which nothing can be told."""
    lowered = _SEPARATORS.sub("", (code or "").lower()[:_LONGEST_CODE])
    return next((each for each in meanings().values() if each.code and each.code.search(lowered)), None) if lowered else None


@lru_cache(2048)
def permission_code(code: str | None) -> Standing | None:
    """Whether a code means that a caller may not do this: by whole segments, and not when the thing is missing or sold out."""
    family = family_of(code)
    if code is None or (family and family.id in _NEVER_PERMISSION):
        return None
    parts = {_SEPARATORS.sub("", part) for part in code.lower()[:_LONGEST_CODE].split(".")}
    if parts & _PERMISSION and (parts & _PERHAPS or parts & _PERMISSION - {"ram", "subuser", "notsupportram"}):
        return "certain"
    return ("certain" if parts <= _PERHAPS else "perhaps") if parts & _PERHAPS else None
