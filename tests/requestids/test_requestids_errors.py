import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.requestids import extract

U, V = "D0CC639E-180D-4827-97CB-FC609F6C95CD", "9BFC4AC1-77B0-5A3C-9E21-3A61D8F48812"
NAMES = {"U": U, "V": V, "u": U.lower(), "H": "5C35EC748ED5091138DF58BB", "I": "5D4BD78964ED3D851E02493F"}
PASTED: dict[str, dict[str, Any]] = {
    case["name"]: case for case in tomllib.loads(Path(__file__).with_name("pasted.toml").read_text("utf-8"))["pasted"]
}


def named(text: str) -> str:
    """The text with ids in place of the single letters that stand where ids do."""
    return re.sub(r"(?<![A-Za-z0-9.-])[UVuHI](?![A-Za-z0-9*-])", lambda letter: NAMES[letter[0]], text)


def named_value(value: Any) -> Any:
    """A wanted value with an id in place of its letter; the empty text of the table is None."""
    return (NAMES.get(value, value) if isinstance(value, str) else value) or None


@pytest.mark.parametrize("name", PASTED)
def test_each_error_of_a_text_has_what_belongs_to_it(name: str) -> None:
    wanted = [{key: named_value(value) for key, value in each.items()} for each in PASTED[name]["errors"]]
    found = extract(named(PASTED[name]["text"])).errors
    shown = [{key: getattr(error, key) or None for key in keys} for error, keys in zip(found, wanted, strict=False)]
    assert (shown, len(found)) == (wanted, len(wanted))
