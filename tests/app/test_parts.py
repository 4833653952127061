"""What the parts say of an identities file that cannot be used, and what they need."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.parts import read_identities
from bot.settings import Environment, SettingsError, read_settings

PEOPLE = '[[people]]\nteam = "T1"\nuser = "U0ALICE"\n[[people.identities]]\ncredential = { env = "ALICE" }\n'


def test_mistakes_of_form_and_credentials_that_lead_nowhere_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "identities.toml"
    file.write_text(PEOPLE + '[[people]]\nteam = "T1"\nuser = "joe"\n')
    environment = Environment({"REQUESTLOG_IDENTITIES": str(file)})
    with pytest.raises(SettingsError) as caught:
        read_identities(read_settings(environment), environment)
    assert [each.split()[0] for each in caught.value.reasons] == ["Identities", "The"]
    assert "ALICE_ACCESS_KEY_ID" in caught.value.reasons[1]


def test_a_look_up_in_the_terminal_loads_neither_slack_nor_a_database() -> None:
    """They are most of a second, and half of the memory."""
    code = "import sys, bot.cli.lookup; print(*{'slack_sdk', 'slack_bolt', 'dbos', 'sqlalchemy', 'flask'} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
