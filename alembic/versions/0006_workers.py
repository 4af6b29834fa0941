"""Workers, their devices, and the hosts that one attempt takes."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(length=40), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.Column("system", sa.JSON(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sa.UniqueConstraint("host", "queue", "slot", name=op.f("uq_workers_host")),
    )
    op.create_index("ix_workers_process_id", "workers", ["process_id"], unique=False)
    op.create_table(
        "quarantines",
        sa.Column("device_uuid", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device_uuid", name=op.f("pk_quarantines")),
    )
    op.add_column("jobs", sa.Column("hosts", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("jobs", sa.Column("room_bytes", sa.BigInteger(), nullable=True))
    op.add_column(
        "jobs", sa.Column("late_writes", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("attempts", sa.Column("address", sa.String(length=255), nullable=True))
    op.add_column("attempts", sa.Column("port", sa.Integer(), nullable=True))
    op.add_column("attempts", sa.Column("ranks", sa.Integer(), nullable=True))
    op.create_table(
        "attempt_helpers",
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("ranks", sa.Integer(), nullable=False),
        sa.Column("first_rank", sa.Integer(), nullable=True),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("wants_stop", sa.Boolean(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
            name=op.f("fk_attempt_helpers_job_id_jobs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "n", "place", name=op.f("pk_attempt_helpers")),
    )
