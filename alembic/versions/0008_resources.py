"""What resources of the API are kept beside runs: names and tags, kept recipes, drawn curves."""

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("datasets", "models", "runs"):
        op.add_column(table, sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("models", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("runs", sa.Column("notes", sa.Text(), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("metadata", sa.JSON(), nullable=False, server_default="{}"))
    for table in ("datasets", "models", "runs", "jobs"):
        op.create_index(f"ix_{table}_newest", table, ["project_id", "id"])
        op.drop_index(f"ix_{table}_project_id", table_name=table)
    op.create_index("ix_runs_by_name", "runs", ["project_id", "name", "id"])
    op.create_index("ix_events_kind", "events", ["job_id", "kind", "seq"])
    op.create_table(
        "run_versions",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_versions_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["dataset_versions.id"],
            name=op.f("fk_run_versions_version_id_dataset_versions"),
        ),
        sa.PrimaryKeyConstraint("run_id", "version_id", name=op.f("pk_run_versions")),
    )
    op.create_index("ix_run_versions_version_id", "run_versions", ["version_id"])
    op.create_table(
        "curve_pieces",
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("piece", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("low_step", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high_step", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_curve_pieces_job_id_jobs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "key", "attempt", "piece", name=op.f("pk_curve_pieces")),
    )
    op.create_table(
        "recipes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_recipes_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes")),
    )
    op.create_index("ix_recipes_newest", "recipes", ["project_id", "id"])
    op.create_table(
        "discarded_objects",
        sa.Column("object_hash", sa.String(length=64), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("object_hash", name=op.f("pk_discarded_objects")),
    )
