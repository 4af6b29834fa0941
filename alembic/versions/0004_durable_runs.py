"""Runs that one can pause, retry and clone; workers and what they report."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("halvings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("ran_seconds", sa.Double(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("time_limit_seconds", sa.Integer(), nullable=True))
