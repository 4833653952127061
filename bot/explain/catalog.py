"""What is known of error codes: the packaged catalogue, a team's additions to it, and the search for the best match."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Final, Generic, TypeVar

from bot.explain.entries import Entry, ErrorKind, Override, expression, filled, literal, name_of, placeholders, read_entries
from bot.explain.explanation import Retry
from bot.explain.meanings import family_of
from bot.languages import Language

# No documented code is longer than 80 characters; what is longer is foreign text that no pattern should chew on.
_LONGEST_CODE: Final = 160
_LONGEST_MESSAGE: Final = 4_000
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


class OverrideError(ValueError):
    """A team's files hold mistakes. ``mistakes`` are all of them, each as (file, entry, reason)."""

    def __init__(self, mistakes: Iterable[tuple[str, str, str]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{', '.join(filter(None, mistake[:2]))}: {mistake[2]}" for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class Match:
    """What is said of an error, in one language.

    ``general`` tells that the code alone does not decide what happened, so that the error's message goes before the match.
    ``entry`` is None for a code that only the team knows. ``reference`` names who says it: ``catalogue:<id>``, or
    ``team:<file>`` for texts of the team's own. ``source`` and ``checked`` are the page behind the statement and the day
    when it was last held against it; ``runbook`` is the team's own page. ``family`` is what a pattern of codes means by its
    look, if anything, and None for whole codes; ``guessed`` is a parameter that only the code names;
    ``reasoned`` tells that the code's last part was taken for a reason.
    """

    entry: Entry | None
    title: str
    cause: str
    steps: tuple[str, ...]
    retry: Retry | None
    kind: ErrorKind
    general: bool
    source: str | None
    checked: date | None
    reference: str
    family: str | None = None
    guessed: str | None = None
    reasoned: bool = False
    runbook: str | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    def steps_for(self, reads_only: bool | None) -> tuple[str, ...]:  # noqa: FBT001 - what is known of the call
        """The steps for a call that is known to change nothing, or something; all of them when neither is known."""
        reads = self.reads if reads_only is not False else ()
        return (*reads, *(self.writes if reads_only is not True else ()), *self.steps)


class Catalog:
    """All entries, and over them the team's own ones."""

    def __init__(self, entries: Iterable[Entry], overrides: Iterable[Override] = ()) -> None:
        self.entries = tuple(entries)
        self._ours = _Index(self.entries)
        self._team = _Index(tuple(overrides))

    def find(
        self,
        code: str,
        *,
        product: str | None = None,
        message: str | None = None,
        language: Language,
    ) -> Match | None:
        """The best match of an error code, in any letter case, or None when nobody knows it.

        The whole code goes before patterns, a longer pattern before a shorter one. Among entries of one code, one for this
        product and this message goes before one for the product, that before one for the message, that before the plain
        one. What the team wrote lies over what we wrote.
        """
        wanted = code.strip()
        if not wanted or len(wanted) > _LONGEST_CODE:
            return None
        known = message and message[:_LONGEST_MESSAGE]
        ours, team = self._ours.find(wanted, product, known), self._team.find(wanted, product, known)
        match = _ours(ours, language) if ours else None
        return _overlaid(match, team, language) if team else match

    def with_overrides(self, texts: Mapping[str, str]) -> "Catalog":
        """This catalogue under a team's files: file name to TOML text. An earlier call's files are left out.

        Raises OverrideError with all mistakes of all files.
        """
        overrides: list[Override] = []
        mistakes: list[tuple[str, str, str]] = []
        for file, text in texts.items():
            read_ones, wrong = read_entries(text, Override)
            mistakes += [(file, entry, reason) for entry, reason in wrong]
            for place, override in read_ones:
                entry = name_of(place, {"codes": [*override.codes, *override.patterns]})
                mistakes += [(file, entry, reason) for reason in self._lacks(override)]
                overrides.append(override.model_copy(update={"file": file}))
        if mistakes:
            raise OverrideError(mistakes)
        return Catalog(self.entries, overrides)

    def _lacks(self, override: Override) -> list[str]:
        strange = [code for code in (*override.codes, *map(_sample, override.patterns)) if not self._known(code, override)]
        reasons = []
        if strange and not override.complete:
            reasons.append(
                f"{strange[0]} is not in the catalogue, so it needs retry, and title, cause and steps in en or zh",
            )
        names = [placeholders(pattern) for pattern in override.patterns]
        if len(set(map(frozenset, names))) > 1:
            reasons.append("pattern: all patterns of an entry need the same placeholders")
        loose = _used(override) - (names[0] if names and not override.codes else set())
        reasons += [f"{{{name}}} in a text has no placeholder in every code of the entry" for name in sorted(loose)]
        return reasons

    def _known(self, code: str, override: Override) -> bool:
        products: tuple[str | None, ...] = override.products or (None,)
        return all(self._ours.find(code, product, None) for product in products)


@cache
def load_catalog() -> Catalog:
    """The packaged catalogue, read once. A broken file is a mistake of ours and raises ValueError."""
    folder = resources.files("bot.explain").joinpath("catalog")
    entries: list[Entry] = []
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    for file in sorted(files, key=lambda file: file.name):
        found, mistakes = read_entries(file.read_text("utf-8"), Entry)
        if mistakes:
            message = f"{file.name}: {mistakes}"
            raise ValueError(message)
        entries += [entry for _, entry in found]
    return Catalog(entries)


_E = TypeVar("_E", Entry, Override)


@dataclass(frozen=True, slots=True)
class _Hit(Generic[_E]):
    entry: _E
    captured: dict[str, str]
    family: str | None = None


class _Index(Generic[_E]):
    """Entries by code and by pattern, the narrower and the longer first."""

    def __init__(self, entries: tuple[_E, ...]) -> None:
        self._codes: dict[str, list[_E]] = {}
        patterns: list[tuple[str, _E]] = []
        for entry in sorted(entries, key=lambda entry: entry.narrowness, reverse=True):
            for code in {code.casefold() for code in entry.codes}:
                self._codes.setdefault(code, []).append(entry)
            patterns += [(pattern, entry) for pattern in entry.patterns]
        patterns.sort(key=lambda item: len(literal(item[0])), reverse=True)
        self._patterns: list[tuple[str, _E, str]] = [(expression(pattern), entry, pattern) for pattern, entry in patterns]

    @cached_property
    def _any_pattern(self) -> re.Pattern[str] | None:
        """One search over all patterns tells the first that fits, which for most codes is none."""
        parts = (_NAMED_GROUP.sub("(?:", regex) for regex, _, _ in self._patterns)
        return re.compile("|".join(f"({part})" for part in parts)) if self._patterns else None

    def find(self, code: str, product: str | None, message: str | None) -> _Hit[_E] | None:
        for entry in self._codes.get(code.casefold(), ()):
            if entry.fits(product, message):
                return _Hit(entry, {})
        first = self._any_pattern.fullmatch(code) if self._any_pattern else None
        for regex, entry, pattern in self._patterns[(first.lastindex or 1) - 1 :] if first else ():
            hit = re.fullmatch(regex, code)
            if hit and entry.fits(product, message):
                family = family_of(_sample(pattern))
                return _Hit(entry, hit.groupdict(), family.id if family else "")
        return None


def _ours(hit: _Hit[Entry], language: Language) -> Match:
    entry = hit.entry
    words = entry.words(language)
    return Match(
        entry=entry,
        title=filled(words.title, hit.captured),
        cause=filled(words.cause, hit.captured),
        steps=_filled_steps(words.steps, hit.captured),
        retry=entry.retry,
        kind=entry.kind,
        general=entry.message is None and (entry.general or bool(hit.captured)),
        source=entry.source,
        checked=entry.checked,
        reference=f"catalogue:{entry.id}",
        family=hit.family,
        guessed=hit.captured.get("parameter"),
        reasoned="reason" in hit.captured,
        reads=_filled_steps(words.reads, hit.captured),
        writes=_filled_steps(words.writes, hit.captured),
    )


def _overlaid(base: Match | None, team: _Hit[Override], language: Language) -> Match | None:
    """The team's words over ours; on a code that we don't know alone, in the language that they wrote if need be."""
    override = team.entry
    words = override.words(language)
    if base is None:
        if not override.complete or override.retry is None:
            return None
        words = words if words.complete else override.words("en" if language == "zh" else "zh")
        base = Match(None, "", "", (), override.retry, "failed", general=False, source=None, checked=None, reference="")
    own = words.title or words.cause or words.steps
    return replace(
        base,
        title=filled(words.title or base.title, team.captured),
        cause=filled(words.cause or base.cause, team.captured),
        steps=_filled_steps(words.steps or base.steps, team.captured),
        retry=override.retry or base.retry,
        kind=override.kind or base.kind,
        general=base.general and not (own or override.retry or override.kind or override.runbook),
        source=override.source or base.source,
        reference=f"team:{override.file}" if own else base.reference,
        guessed=base.guessed if words.title is None else None,
        reads=() if words.steps else base.reads,
        writes=() if words.steps else base.writes,
        runbook=override.runbook,
    )


def _filled_steps(steps: tuple[str, ...], captured: dict[str, str]) -> tuple[str, ...]:
    return tuple(filled(step, captured) for step in steps)


def _used(override: Override) -> set[str]:
    texts = [text for words in (override.en, override.zh) for text in (words.title, words.cause, *(words.steps or ()))]
    return {name for text in texts if text for name in placeholders(text)}


def _sample(pattern: str) -> str:
    return pattern.replace("{", "").replace("}", "")
