"""The tables, as SQLAlchemy Core sees them, and the inserts whose words differ between SQLite and PostgreSQL.

``migrations`` makes the tables; a test holds the two to each other. Times are microseconds since 1970 in UTC: one integer
means the same on both databases.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.functions import FunctionElement

METADATA: Final = MetaData()

COMMANDS: Final = Table(
    "commands",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("story", Text, key="name", nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("replica", Text, nullable=False),
    Column("done_at", BigInteger),
    Column("result", Text),
    Column("reason", Text),
    Column("due_at", BigInteger),
    Column("sent_at", BigInteger),
    Index("ix_commands_open", "replica", "done_at"),
    Index("ix_commands_done", "done_at"),
)

REPLAYS: Final = Table(
    "replays",
    METADATA,
    Column("signature", Text, primary_key=True),
    Column("seen_at", BigInteger, nullable=False, index=True),
)

REPLICAS: Final = Table(
    "replicas",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
    Column("process", Text, nullable=False, server_default=""),
)

PREFERENCES: Final = Table(
    "preferences",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

LOOKUPS: Final = Table(
    "lookups",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("request", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

FEEDBACK: Final = Table(
    "feedback",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("helpful", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
)

OPINIONS: Final = Table(
    "opinions",
    METADATA,
    Column("voter", Text, primary_key=True),
    Column("given_at", BigInteger, nullable=False, index=True),
)

COMMENTS: Final = Table(
    "comments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("given_at", BigInteger, nullable=False, index=True),
)

WAITS: Final = Table(
    "waits",
    METADATA,
    Column("who", Text, primary_key=True),
    Column("since", BigInteger, nullable=False, index=True),
)

CANVASES: Final = Table(
    "canvases",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("canvas", Text, nullable=False),
)

SUMMARIES: Final = Table(
    "summaries",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)

PERMISSION_REQUESTS: Final = Table(
    "permission_requests",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("asked_at", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("told_at", BigInteger),
)

SEALING: Final = Table(
    "sealing",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("command", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("kid", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Index("ix_audit_actor", "actor", "at"),
)

AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("pruned_seq", BigInteger, nullable=False),
    Column("pruned_mac", LargeBinary, nullable=False),
    Column("kid", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

REVISIONS: Final = (
    *("0001", "0002_permission_requests", "0003_sealing", "0004_audit", "0005_waiting", "0006_waits", "0007_canvases"),
    "0008_summaries",
)
"""The steps of ``migrations/versions``; a new database is made as the newest, ``REVISION``."""

REVISION: Final = REVISIONS[-1]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class DatabaseNow(FunctionElement[int]):
    """The database's own clock as the tables keep times; what replicas compare is told by one clock alone."""

    type = BigInteger()
    inherit_cache = True


@compiles(DatabaseNow, "sqlite")
def _sqlite_now(_element: DatabaseNow, _compiler: object, **_: object) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@compiles(DatabaseNow, "postgresql")
def _postgresql_now(_element: DatabaseNow, _compiler: object, **_: object) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"


def stamp(moment: datetime) -> int:
    """A moment with a time zone as the tables keep it."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(stamped: int) -> datetime:
    """What ``stamp`` was given, in UTC."""
    return _EPOCH + stamped * _MICROSECOND


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
