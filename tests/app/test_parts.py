from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app.parts import directory_of, read_identities
from bot.settings import Environment, SettingsError, read_settings

ALICE = '[[people]]\nteam = "T1"\nuser = "U0ALICE"\n[[people.identities]]\ncredential = { env = "ALICE" }\n'
PRINCIPAL = '[[people.principals]]\naccount = "12345678"\ntype = "sub"\nid = "2"\n'
ACCOUNT = '[[accounts]]\nid = "12345678"\nrole_arn = "acs:ram::12345678:role/reader"\n'
KEYS = {"ALICE_ACCESS_KEY_ID": "LTAI5tAlice", "ALICE_ACCESS_KEY_SECRET": "alices-secret"}


def _read(folder: Path, text: str, keys: dict[str, str]) -> list[dict[str, object]]:
    """What is logged while the identities file is read."""
    file = folder / "identities.toml"
    file.write_text(text)
    environment = Environment({"REQUESTLOG_IDENTITIES": str(file), **keys})
    with capture_logs() as logged:
        settings = read_settings(environment)
        directory_of(settings, read_identities(settings, environment), environment)
    return [dict(each) for each in logged]


def test_tables_that_give_nobody_access_yet_are_named_in_one_warning(tmp_path: Path) -> None:
    logged = _read(tmp_path, ALICE + PRINCIPAL + ACCOUNT, KEYS)
    assert [(each["log_level"], each["tables"]) for each in logged] == [("warning", ["[[accounts]]", "[[people.principals]]"])]


def test_people_alone_are_no_warning(tmp_path: Path) -> None:
    assert _read(tmp_path, ALICE, KEYS) == []


def test_mistakes_of_form_and_credentials_that_lead_nowhere_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _read(tmp_path, ALICE + '[[people]]\nteam = "T1"\nuser = "joe"\n', {})
    assert [each.split()[0] for each in caught.value.reasons] == ["Identities", "The"]
    assert "ALICE_ACCESS_KEY_ID" in caught.value.reasons[1]
