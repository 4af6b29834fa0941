"""Runs that one can pause, retry and clone; workers and what they report."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
