"""The statements whose words differ between SQLite and PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False when one with its primary key stands there already, which then stays as it is."""
    return connection.execute(_insert_if_new(connection.dialect.name, table), dict(row)).first() is not None


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row in place of the one with its primary key, if there is one."""
    connection.execute(_insert_or_replace(connection.dialect.name, table), dict(row))


# Made once per table: building a statement costs more than running it.


@cache
def _insert_if_new(dialect: str, table: Table) -> Executable:
    # Not by the count of rows, which psycopg does not tell of inserts: a row comes back only where one was made.
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _insert_or_replace(dialect: str, table: Table) -> Executable:
    statement = _insert(dialect, table)
    rest = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
