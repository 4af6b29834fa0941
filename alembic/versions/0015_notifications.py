"""What people want to be told, where, and what is on its way to them."""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notification_choices",
        sa.Column("person_id", sa.String(40), primary_key=True),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("of_all", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
    )
    op.create_table(
        "notification_destinations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("shown", sa.String(300), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index(
        "ix_notification_destinations_person_id", "notification_destinations", ["person_id"]
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), sa.ForeignKey("projects.id"), nullable=True),
        sa.Column(
            "destination_id",
            sa.String(40),
            sa.ForeignKey("notification_destinations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME, nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(300), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("delivered_at", TIME, nullable=True),
    )
    op.create_index("ix_notifications_due", "notifications", ["state", "next_try_at"])
    op.create_index("ix_notifications_destination_id", "notifications", ["destination_id", "id"])
    op.create_index("ix_notifications_person_id", "notifications", ["person_id", "id"])
