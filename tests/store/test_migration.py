"""A new database is made in one go, an older one by Alembic's steps; both end with the same tables."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from bot.store.migration import migrate
from bot.store.tables import REVISION, REVISIONS
from bot.store.upgrade import configuration
from tests.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite'}", f"sqlite:///{tmp_path / 'old.sqlite'}"
    return fresh_database(), fresh_database()


def form_of(url: str) -> dict[str, Any]:
    """Tables, columns and indexes of a database, in a form that can be compared."""
    engine = create_engine(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        form = {
            table: (
                [(each["name"], str(each["type"]), each["nullable"]) for each in seen.get_columns(table)],
                seen.get_pk_constraint(table)["constrained_columns"],
                sorted((each["name"], each["column_names"]) for each in seen.get_indexes(table)),
            )
            for table in sorted(seen.get_table_names())
        }
    engine.dispose()
    return form


def test_the_newest_step_is_the_one_that_new_databases_are_made_as() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        steps = ScriptDirectory.from_config(configuration(connection))
        assert steps.get_current_head() == REVISION
        assert tuple(step.revision for step in reversed([*steps.walk_revisions()])) == REVISIONS
    engine.dispose()


def test_both_ways_end_with_the_same_tables(urls: tuple[str, str]) -> None:
    new, old = urls
    migrate(new)
    engine = create_engine(old)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "+1")
    engine.dispose()
    migrate(old)
    assert form_of(new) == form_of(old)
    migrate(new)
