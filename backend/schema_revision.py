"""At which revision a database's schema is, and at which it should be; without Alembic, whose import
takes longer than most starts have to do here.
"""

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from backend.places import ALEMBIC


def newest() -> str:
    """The last of the migrations: their files begin with their numbers."""
    return max(path.stem for path in (ALEMBIC / "versions").glob("[0-9]*.py")).partition("_")[0]


def of(connection: Connection) -> str | None:
    """None where no migration has run."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
