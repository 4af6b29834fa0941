"""Migrations: they make the tables that the code knows, once, and lose no row."""

import ast
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

import backend.tables
from backend import schema_revision
from backend.db import Base
from backend.migrate import NewerDatabase, is_current, migrate
from backend.places import ALEMBIC
from backend.studio import Studio


def test_the_migrations_make_the_tables_that_the_code_knows(studio):
    assert set(backend.tables.__all__) <= {
        mapper.class_.__name__ for mapper in Base.registry.mappers
    }
    with studio.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert is_current(studio.database)


def test_what_is_found_without_alembic_is_what_alembic_says(studio):
    config = Config()
    config.set_main_option("script_location", str(ALEMBIC))
    assert schema_revision.newest() == ScriptDirectory.from_config(config).get_current_head()
    with studio.database.engine.connect() as connection:
        said = MigrationContext.configure(connection).get_current_revision()
        assert schema_revision.of(connection) == said


def test_many_servers_may_start_at_once_and_one_project_is_there(settings):
    failures = []

    def start():
        try:
            migrate(settings)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    studio = Studio.open(settings)
    with studio.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(backend.tables.Project)) == 1
    studio.close()


def test_a_database_that_a_newer_version_has_changed_is_left_as_it_is(studio):
    with studio.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match=r"revision 9999.*put back the backup"):
        migrate(studio.settings)
    with studio.database.engine.connect() as connection:
        assert schema_revision.of(connection) == "9999"


MIGRATIONS = sorted((ALEMBIC / "versions").glob("[0-9]*.py"))
TAKEN_AWAY = {"alter_column", "drop_column", "drop_constraint", "drop_table", "rename_table"}


@pytest.mark.parametrize("migration", MIGRATIONS[1:], ids=lambda path: path.stem)
def test_a_migration_takes_nothing_from_a_worker_of_the_version_before(migration):
    """It writes for as long as its job lasts: so columns come with a value, and none goes."""
    (upgrade,) = (
        each
        for each in ast.parse(migration.read_text()).body
        if isinstance(each, ast.FunctionDef) and each.name == "upgrade"
    )
    calls = [
        (each.func.attr, ast.unparse(each))
        for each in ast.walk(upgrade)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
    ]
    assert [call for name, call in calls if name in TAKEN_AWAY] == []
    added = [call for name, call in calls if name == "add_column"]
    assert [c for c in added if "nullable=True" not in c and "server_default=" not in c] == []
