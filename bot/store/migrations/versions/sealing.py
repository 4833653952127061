"""The check value of the sealing key, so that another key is told before anything is sealed with it."""

import sqlalchemy as sa
from alembic import op

revision = "0003_sealing"
down_revision = "0002_permission_requests"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sealing", sa.Column("name", sa.Text, primary_key=True), sa.Column("sealed", sa.LargeBinary, nullable=False)
    )
