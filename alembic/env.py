"""Runs migrations on the connection that `backend.migrate` holds."""

import backend.tables  # noqa: F401 - all tables, for autogenerate
from alembic import context
from backend.db import Base
from backend.fault_points import fault_point


def _applied(**_: object) -> None:
    """After each revision, before its transaction ends."""
    fault_point("migration.applied")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
    transactional_ddl=True,
    on_version_apply=_applied,
)
with context.begin_transaction():
    context.run_migrations()
