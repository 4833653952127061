"""Logs that people wait for, and what they said to an explanation that is wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0006_waits"
down_revision = "0005_waiting"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "comments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "waits",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False, index=True),
    )
