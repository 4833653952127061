"""Permission requests that wait for an administrator, and who already gave an opinion today."""

import sqlalchemy as sa
from alembic import op

revision = "0002_permission_requests"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "permission_requests",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("told_at", sa.BigInteger),
    )
    op.create_table(
        "opinions",
        sa.Column("voter", sa.Text, primary_key=True),
        sa.Column("given_at", sa.BigInteger, nullable=False, index=True),
    )
