"""A PostgreSQL and a Valkey or Redis of one's own, for as long as a `with` block lasts.

Each lives in a folder that the caller throws away, listens on a free loopback port, and wants a
password that nobody else knows. Under root it runs as an unprivileged user, on which PostgreSQL
insists.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import redis

READY_SECONDS = 30
UNPRIVILEGED = ("postgres", "nobody")
POSTGRES_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/libexec/postgresql*",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)
# A throw-away database need not outlive a power cut.
POSTGRES_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class DidNotStart(Exception):
    """A server did not come up; the text says which, and what it wrote."""


class Who(TypedDict, total=False):
    """The arguments of subprocess that choose the user of a process."""

    user: int
    group: int
    extra_groups: list[int]


def find_postgres() -> Path | None:
    """The folder of an initdb and pg_ctl on this machine; None without any."""
    folders = [found for pattern in POSTGRES_FOLDERS for found in sorted(Path("/").glob(pattern))]
    if on_path := shutil.which("initdb"):
        folders.insert(0, Path(on_path).parent)
    return next((folder for folder in reversed(folders) if (folder / "pg_ctl").exists()), None)


def find_valkey() -> Path | None:
    """The path of valkey-server, or of redis-server where that is what the machine has."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def who_runs_them() -> Who:
    """Nobody else than oneself; under root, an unprivileged user."""
    if os.getuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def folder_of_its_own(parent: Path, name: str, who: Who) -> Path:
    """A new folder that belongs to `who` alone."""
    folder = parent / name
    folder.mkdir(mode=0o700)
    if who:
        os.chown(folder, who["user"], who["group"])
        parent.chmod(0o711)  # `who` has to get through it
    return folder


def write_for(who: Who, path: Path, text: str) -> Path:
    """Write a file that `who` alone can read."""
    path.touch(mode=0o600)
    path.write_text(text)
    if who:
        os.chown(path, who["user"], who["group"])
    return path


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def postgres(binaries: Path, parent: Path, options: str = POSTGRES_OPTIONS) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL, gone after the block. DidNotStart."""
    who = who_runs_them()
    folder = folder_of_its_own(parent, "postgres", who)
    log = parent / "postgres.log"
    password, port = secrets.token_hex(16), free_port()
    pwfile = write_for(who, folder / "password", password)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "--pgdata", str(folder / "data"), *arguments]
        with log.open("a") as said:
            ended = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who
            )
        if ended.returncode:
            raise DidNotStart(f"{program} ended with {ended.returncode}:\n{log.read_text()}")

    how = ["--auth=scram-sha-256", f"--pwfile={pwfile}", "--encoding=UTF8", "--no-locale"]
    run("initdb", "--username=likewise", *how)
    listens = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories=''"
    run("pg_ctl", "start", "--wait", "-o", f"{listens} {options}")
    try:
        yield f"postgresql+psycopg://likewise:{password}@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode=immediate")


@contextmanager
def valkey(server: Path, parent: Path) -> Iterator[str]:
    """The URL of an empty Valkey or Redis, gone after the block. DidNotStart."""
    who = who_runs_them()
    folder = folder_of_its_own(parent, "valkey", who)
    log = parent / "valkey.log"
    password, port = secrets.token_hex(16), free_port()
    lines = (
        *("bind 127.0.0.1", f"port {port}", f"requirepass {password}", f"dir {folder}"),
        "databases 1024",  # one for each process of the tests, on machines of many cores
    )
    config = write_for(who, folder / "valkey.conf", "\n".join(lines))
    with log.open("a") as said:
        process = subprocess.Popen(
            [str(server), str(config)], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, **who
        )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        if not answers(url, process):
            raise DidNotStart(f"{server} does not answer:\n{log.read_text()}")
        yield url
    finally:
        process.terminate()
        process.wait()


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server that this process is answers a PING within READY_SECONDS."""
    deadline = time.monotonic() + READY_SECONDS
    with redis.Redis.from_url(url) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # it has not bound its port yet, or loads
                time.sleep(0.05)
    return False
