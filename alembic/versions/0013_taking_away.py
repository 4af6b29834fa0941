"""What a model was exported as, and a person's own words in its card."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("models", sa.Column("exported", sa.JSON(), nullable=True))
    op.add_column("models", sa.Column("card_words", sa.Text(), nullable=False, server_default=""))
