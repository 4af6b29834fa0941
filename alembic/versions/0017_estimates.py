"""What runs were expected to take and took, and how fast machines are."""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_costs",
        sa.Column(
            "run_id",
            sa.String(40),
            sa.ForeignKey("runs.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("base_model", sa.String(200), nullable=False),
        sa.Column("version_id", sa.String(40), nullable=False),
        sa.Column("speed_at", sa.String(40)),
        sa.Column("estimate", sa.JSON(), nullable=False),
        sa.Column("reckoned", sa.JSON(), nullable=False),
        sa.Column("host", sa.String(255)),
        sa.Column("device", sa.String(200)),
        sa.Column("spent", sa.JSON()),
    )
    op.create_index("ix_run_costs_machine", "run_costs", ["host", "device", "run_id"])
    op.create_index("ix_run_costs_base_model", "run_costs", ["base_model"])
    op.create_table(
        "machines",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("device", sa.String(200), primary_key=True),
        sa.Column("ranks", sa.Integer(), nullable=False),
        sa.Column("speed", sa.JSON()),
        sa.Column("measured_at", sa.DateTime(timezone=True)),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
