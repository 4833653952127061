"""Which RequestIds a person's last summary in a channel was of, so that the next one can be compared with it."""

import sqlalchemy as sa
from alembic import op

revision = "0008_summaries"
down_revision = "0007_canvases"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "summaries",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
