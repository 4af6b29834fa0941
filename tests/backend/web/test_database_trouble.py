"""A database that is busy or away at the edge: asked again where that is safe, then 503."""

import threading
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backend.database_trouble import Trouble, trouble_of
from backend.db import Database
from backend.settings import Settings
from tests.processes import RunningServer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"lock_seconds": 0.2})


@pytest.fixture
def holder(studio):
    """Another process' way to the database, with a transaction that blocks every write."""
    other = Database(studio.settings)
    with other.engine.execution_options(begin="IMMEDIATE").connect() as connection:
        if other.is_sqlite:
            connection.execute(text("SELECT 1"))  # BEGIN IMMEDIATE came before it
        else:
            connection.execute(text("LOCK TABLE uploads IN EXCLUSIVE MODE"))
        yield connection
    other.close()


def begin_upload(api):
    return api.post("uploads", json={"file_name": "a.csv", "size_bytes": 3})


def test_a_lock_that_is_held_for_a_moment_costs_no_more_than_the_wait(api, holder):
    threading.Timer(0.6, holder.rollback).start()
    assert begin_upload(api).status_code == 201


def test_a_lock_that_is_held_on_is_answered_with_when_to_come_back(api, holder):
    answer = begin_upload(api)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
    assert int(answer.headers["retry-after"]) >= 1


def test_what_was_repeated_was_done_once(api, holder, studio):
    threading.Timer(0.6, holder.rollback).start()
    begin_upload(api)
    with studio.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM uploads")).scalar() == 1


@pytest.fixture
def without_database(settings: Settings) -> Iterator[httpx2.Client]:
    """A studio whose database is a server where nobody listens."""
    away = {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    with (
        RunningServer(settings.model_copy(update=away)) as running,
        httpx2.Client(base_url=running.url, trust_env=False, verify=False, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/api/v1/runs", "/api/v1/runs/run_01h455vb4pex5vsknk084sn02q"])
def test_a_database_that_is_away_is_never_a_mistake_of_ours(without_database, path):
    answer = without_database.get(path)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert int(answer.headers["retry-after"]) >= 1


def test_a_page_says_it_to_people(without_database):
    answer = without_database.get("/runs", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "The studio&#39;s database doesn&#39;t answer" in answer.text
    assert "retry-after" in answer.headers


def test_readiness_says_which_part_is_away(without_database):
    answer = without_database.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


class AnError(Exception):
    """As a driver raises it."""

    def __init__(self, **attributes: object) -> None:
        super().__init__("what the server said")
        self.__dict__.update(attributes)


@pytest.mark.parametrize(
    ("attributes", "trouble"),
    [
        ({"sqlstate": "40001"}, Trouble.BUSY),
        ({"sqlstate": "40P01"}, Trouble.BUSY),
        ({"sqlstate": "55P03"}, Trouble.BUSY),
        ({"sqlstate": "08006"}, Trouble.AWAY),
        ({"sqlstate": "57P01"}, Trouble.AWAY),
        ({"sqlstate": "53300"}, Trouble.AWAY),
        ({"sqlstate": "53100"}, Trouble.FULL),
        ({"sqlstate": "42P01"}, None),
        ({"sqlstate": None}, Trouble.AWAY),
        ({"sqlite_errorcode": 5}, Trouble.BUSY),
        ({"sqlite_errorcode": 517}, Trouble.BUSY),
        ({"sqlite_errorcode": 13}, Trouble.FULL),
        ({"sqlite_errorcode": 1}, None),
    ],
)
def test_what_the_driver_says_is_read_as_what_it_means(attributes, trouble):
    assert trouble_of(OperationalError("SELECT 1", {}, AnError(**attributes))) is trouble
