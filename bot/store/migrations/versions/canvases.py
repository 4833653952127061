"""The canvas in which the post-mortem of a channel grows."""

import sqlalchemy as sa
from alembic import op

revision = "0007_canvases"
down_revision = "0006_waits"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "canvases",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("canvas", sa.Text, nullable=False),
    )
