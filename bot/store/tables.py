"""The tables, as SQLAlchemy Core sees them; ``migrations`` makes them, a test holds the two to each other.

Times are microseconds since 1970 in UTC: one integer means the same on SQLite and on PostgreSQL.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

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

REVISIONS: Final = ("0001", "0002_permission_requests", "0003_sealing")
"""The steps of ``migrations/versions``; a new database is made as the newest, ``REVISION``."""

REVISION: Final = REVISIONS[-1]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def stamp(moment: datetime) -> int:
    """A moment with a time zone as the tables keep it."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(stamped: int) -> datetime:
    """What ``stamp`` was given, in UTC."""
    return _EPOCH + stamped * _MICROSECOND
