"""The two languages of the product, and the texts that stand in TOML files, en and zh side by side."""

import pkgutil
import tomllib
from functools import cached_property
from typing import Any, Final, Literal

Language = Literal["en", "zh"]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

#: Chinese punctuation, and what English writes in its place.
_ENGLISH: Final = {"。": ". ", "、": ", ", "，": ", ", "；": "; ", "：": ": "}


def mark(chinese: str, language: Language) -> str:
    """A punctuation mark, named by its Chinese form, as a language writes it with the blank that follows."""
    return chinese if language == "zh" else _ENGLISH[chinese]


def bracketed(text: str, language: Language) -> str:
    """A remark in brackets, ready to be put behind a word."""
    return f"（{text}）" if language == "zh" else f" ({text})"


def sentences(first: str, then: str, language: Language) -> str:
    """Two sentences as one text; the first is closed, unless it is a question already."""
    if first.endswith(("?", "？")):
        return f"{first} {then}" if first.endswith("?") else first + then
    return f"{first}{mark('。', language)}{then}"


def language_in(value: str | None) -> Language | None:
    """The language that a value names; None for anything else."""
    return next((each for each in LANGUAGES if each == value), None)


class Texts:
    """The texts of one TOML file that lies in a package.

    A key is the dotted path to a table that holds ``en`` and ``zh``: ``Texts("bot.explain")("verdict.denied", "zh")``.
    A text's ``{name}`` is filled from the keyword of that name.
    """

    def __init__(self, package: str, file: str = "texts.toml") -> None:
        self._package, self._file = package, file

    def __call__(self, key: str, language: Language, **values: object) -> str:
        """The text of a key in a language. Raises KeyError for a key or a placeholder that nobody wrote."""
        table: Any = self.tables
        for part in key.split("."):
            table = table[part]
        text: str = table[language]
        return text.format(**values)

    def has(self, key: str) -> bool:
        """Whether the file holds a text of this key; for values that come from outside, such as a policy type."""
        table: Any = self.tables
        for part in key.split("."):
            if not isinstance(table, dict) or part not in table:
                return False
            table = table[part]
        return isinstance(table, dict) and "en" in table

    @cached_property
    def tables(self) -> dict[str, Any]:
        """The whole file, read when its first text is said."""
        # Not by importlib.resources, which takes 8 ms to import: a tenth of what ``extract`` takes.
        return tomllib.loads((pkgutil.get_data(self._package, self._file) or b"").decode())
