"""The RequestIds worth trying: one for every outcome. Their titles stand in cases.toml, their logs in logs/*.json."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final


@dataclass(frozen=True, slots=True)
class Case:
    """One RequestId. ``owner`` names whose call it was, ``shows`` is the name of the case.

    ``file`` in logs/ holds the case's log, event and fault; None for what nobody knows.
    """

    request_id: str
    owner: str
    title_en: str
    title_zh: str
    shows: str
    file: str | None


def _cases() -> tuple[Case, ...]:
    here = resources.files("bot.playground.alibaba")
    files = {file.name for file in here.joinpath("logs").iterdir()}
    return tuple(
        Case(
            row["id"],
            row["owner"],
            row["en"],
            row["zh"],
            row["shows"],
            file if (file := f"{row['shows']}.json") in files else None,
        )
        for row in tomllib.loads(here.joinpath("cases.toml").read_text("utf-8"))["cases"]
    )


CASES: Final[tuple[Case, ...]] = _cases()
_BY_NAME: Final = {case.shows: case for case in CASES}


def case(shows: str) -> Case:
    """The case of a name, such as ``denied-implicit``. Raises KeyError for a name that no case has."""
    return _BY_NAME[shows]
