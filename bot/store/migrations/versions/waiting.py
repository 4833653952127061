"""When a command is due, since when its answer may be out, and which process has a replica's name."""

import sqlalchemy as sa
from alembic import op

revision = "0005_waiting"
down_revision = "0004_audit"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("commands", sa.Column("due_at", sa.BigInteger))
    op.add_column("commands", sa.Column("sent_at", sa.BigInteger))
    op.add_column("replicas", sa.Column("process", sa.Text, nullable=False, server_default=""))
