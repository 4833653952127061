"""The table of what is kept, in README and in SECURITY, says what the code and the databases say, and forgets nothing."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Table, create_engine, inspect

from bot.handlers import people
from bot.identity.identities import Account
from bot.lookup import background, logs
from bot.settings import Settings
from bot.store.database import Database
from bot.store.retention import COMMANDS_LIVE, LIVES
from bot.work.durability import SCHEMA

ROOT: Final = Path(__file__).parents[1]
TEXTS: Final = [(ROOT / name).read_text("utf-8") for name in ("README.md", "SECURITY.md")]
ROWS: Final = re.findall(r"^\| what \| where \| for how long \|\n(?:\|.*\n)+", TEXTS[0], re.MULTILINE)
CELLS: Final[list[list[str]]] = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in ROWS[0].splitlines()[2:]]


def words(seconds: float) -> str:
    """A time as the table says it, in the largest unit that it fills."""
    unit, size = next(each for each in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)) if seconds >= each[1])
    count = seconds / size
    return f"{count:g} {unit}{'s' * (count != 1)}"


def said_of(text: str) -> str:
    """For how long, in the one row that names a table, or begins with a thing."""
    (row,) = [row for row in CELLS if f"`{text}`" in row[1]] or [row for row in CELLS if text in row[0]]
    return row[2]


def test_both_pages_have_the_same_table() -> None:
    assert len(ROWS) == 1
    assert all(ROWS[0] in text for text in TEXTS)


def test_every_table_of_the_database_stands_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    Database(url).close()
    engine = create_engine(url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    named = [name for row in CELLS if row[1].startswith("table") for name in re.findall(r"`(\w+)`", row[1])]
    assert sorted(named) == sorted(tables)


@pytest.mark.parametrize("table", LIVES, ids=str)
def test_it_says_what_the_daily_run_does(table: Table) -> None:
    _, lives = LIVES[table]
    assert words(lives.total_seconds()) in said_of(table.name)


def test_it_says_what_the_other_places_do() -> None:
    expected = {
        "audit": timedelta(days=Settings.model_fields["requestlog_audit_days"].default).total_seconds(),
        SCHEMA: COMMANDS_LIVE.total_seconds(),
        "request logs": logs.FOUND_LIVES_S,
        "Alibaba Cloud's advice": background.SOLUTIONS_LIVE_S,
        "what Slack says": people.LIVES_S,
        "user group": people.GROUP_LIVES_S,
    }
    assert [name for name, seconds in expected.items() if words(seconds) not in said_of(name)] == []
    assert words(logs.NOT_FOUND_LIVES_S) in said_of("request logs")
    assert words(people.GROUP_LASTS_S) in said_of("user group")
    assert f"{Account.model_fields['duration_s'].default} seconds" in said_of("sessions of the accounts")
    untold = [row[2] for row in CELLS if not re.search(r"\d|as long as|until|keeps none", row[2])]
    assert untold == []
