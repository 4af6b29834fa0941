"""Migrations: they make the tables that the code knows, once, and lose no row."""

import threading

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

import backend.tables
from backend import schema_revision
from backend.db import Base
from backend.migrate import is_current, migrate
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
