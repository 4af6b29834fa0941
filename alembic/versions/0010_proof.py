"""Models made of models, what was judged item by item, and jobs that do something to a model."""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("models") as models:
        models.add_column(sa.Column("parent_id", sa.String(length=40), nullable=True))
        models.add_column(
            sa.Column("made_by", sa.String(length=20), nullable=False, server_default="training")
        )
        models.add_column(sa.Column("served", sa.JSON(), nullable=True))
        models.create_foreign_key(
            op.f("fk_models_parent_id_models"), "models", ["parent_id"], ["id"]
        )
    op.create_index("ix_models_parent_id", "models", ["parent_id"])
    op.add_column("evaluations", sa.Column("p_value", sa.Double(), nullable=True))
    op.create_index("ix_evaluations_part", "evaluations", ["project_id", "part_hash"])
    op.add_column("evaluations", sa.Column("tails", sa.JSON(), nullable=True))
    op.add_column("evaluations", sa.Column("folder", sa.String(length=200), nullable=True))
    op.add_column("runs", sa.Column("seeds_of", sa.String(length=40), nullable=True))
    op.create_index("ix_runs_seeds_of", "runs", ["seeds_of"])
    op.add_column("jobs", sa.Column("model_id", sa.String(length=40), nullable=True))
    op.create_index("ix_jobs_model_id", "jobs", ["model_id"])
