"""Bring the database to today's schema: at start, under a lock, one transaction a migration.

SQLite: a batch migration rebuilds a table, and with foreign keys enforced that would empty the
tables that refer to it. So migrations have their own connection with enforcement off, and every
reference is checked at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from sqlalchemy import text
from sqlalchemy.engine import Connection

from backend import schema_revision
from backend.db import Database
from backend.places import ALEMBIC
from backend.settings import Settings

_LOCK_NUMBER = 7_203_915
"""Of PostgreSQL's advisory lock: any number that nobody else in this database uses."""


_PATIENT = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class BrokenReferences(Exception):
    """After the migrations some rows refer to rows that aren't there. Put the backup back that was
    made before the upgrade, and report it."""


class NewerDatabase(Exception):
    """A newer version has changed this database; an older one can't know how to use it."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            f"The database is at revision {found}, and this version knows those up to {newest}: a "
            "newer version has used it. Start that version again; or put back the backup that was "
            "made before the upgrade, as docs/upgrading.md says."
        )


def migrate(settings: Settings) -> None:
    """Apply every migration that this database lacks. Many processes may start at once.

    Raises NewerDatabase, having changed nothing; BrokenReferences.
    """
    database = Database(settings)
    try:
        with _alone(database, settings.data) as connection:
            found, newest = schema_revision.of(connection), schema_revision.newest()
            connection.rollback()
            if (found or "") > newest:
                raise NewerDatabase(str(found), newest)
            if found != newest:
                _upgrade(connection)
                if database.is_sqlite:
                    _check_references(connection)
    finally:
        database.close()


def is_current(database: Database) -> bool:
    """Whether the database has today's schema."""
    with database.engine.connect() as connection:
        return schema_revision.of(connection) == schema_revision.newest()


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config  # a quarter of a second, and most starts find nothing to do

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(ALEMBIC))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(database: Database, data: Path) -> Iterator[Connection]:
    if database.is_sqlite:
        data.mkdir(parents=True, exist_ok=True)
        with FileLock(data / "migrate.lock"), database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would be ignored
            try:
                yield connection
            finally:
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")
        return
    with database.engine.connect() as connection:
        for limit in _PATIENT:  # a large table takes its time, and so does waiting for a neighbour
            connection.execute(text(f"SET {limit} = 0"))
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK_NUMBER})"))
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK_NUMBER})"))
            connection.commit()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    connection.rollback()
    if broken:
        raise BrokenReferences(f"{len(broken)} rows refer to rows that are gone: {broken[:3]}")
