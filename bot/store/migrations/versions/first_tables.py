"""The tables of the straight line: commands, replays, replicas, preferences, look-ups, feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "commands",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("story", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("replica", sa.Text, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("result", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_commands_open", "commands", ["replica", "done_at"])
    op.create_index("ix_commands_done", "commands", ["done_at"])
    op.create_table(
        "replays",
        sa.Column("signature", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "replicas",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "preferences",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "lookups",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("request", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("helpful", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
    )
