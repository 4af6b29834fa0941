"""Run a command against a private PostgreSQL and Valkey or Redis, and end them after it.

`.venv/bin/python -m tools.bring_services pytest -m services`: the command finds their URLs in
LIKEWISE_TEST_DATABASE_URL and LIKEWISE_TEST_BROKER_URL; one that is given is used as it is. What
is missing is installed. The machine's own servers are left alone. The exit status is the command's.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from tools import package_manager, private_servers

COMMAND_SECONDS = 2_400
TIMED_OUT = 124  # as timeout(1) says it


@dataclass(frozen=True, kw_only=True)
class Service:
    """One server that the tests can need."""

    name: str
    variable: str  # carries its URL to the command
    find: Callable[[], Path | None]
    run: Callable[[Path, Path], AbstractContextManager[str]]  # what was found, folder → its URL
    packages: dict[str, list[str]]  # by package manager


SERVICES = (
    Service(
        name="PostgreSQL",
        variable="LIKEWISE_TEST_DATABASE_URL",
        find=private_servers.find_postgres,
        run=private_servers.postgres,
        packages={
            "apt-get": ["postgresql"],
            "dnf": ["postgresql-server"],
            "apk": ["postgresql"],
            "brew": ["postgresql@17"],
        },
    ),
    Service(
        name="Valkey or Redis",
        variable="LIKEWISE_TEST_BROKER_URL",
        find=private_servers.find_valkey,
        run=private_servers.valkey,
        packages={
            "apt-get": ["redis-server"],
            "dnf": ["valkey"],
            "apk": ["valkey"],
            "brew": ["valkey"],
        },
    ),
)


class Missing(Exception):
    """A server is not here and could not be installed; the text says what to do."""


def bring(service: Service) -> Path:
    """What `service.find` finds, installed first if need be. Missing."""
    found = service.find()
    if found is None and package_manager.install(service.packages):
        found = service.find()
    if found is None:
        raise Missing(
            f"{service.name} is not here and could not be installed (any reason is above).\n"
            f"Install it, or name one that the tests may fill: {service.variable}=…"
        )
    return found


def run(command: list[str]) -> int:
    """Run the command with every service at hand; its exit status. Missing, DidNotStart."""
    urls = {s.variable: os.environ[s.variable] for s in SERVICES if os.environ.get(s.variable)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="likewise-")))
        for service in SERVICES:
            if service.variable not in urls:
                running = service.run(bring(service), folder)
                urls[service.variable] = stack.enter_context(running)
        ended = subprocess.run(
            command, env={**os.environ, **urls}, timeout=COMMAND_SECONDS, check=False
        )
        return ended.returncode


def main() -> int:
    """The command's exit status, 124 if it took too long, 1 if a service can't be had."""
    # Ended from outside, the servers end too: an exception leaves the blocks that hold them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return run(sys.argv[1:])
    except (Missing, private_servers.DidNotStart) as reason:
        print(reason, file=sys.stderr)
        return 1
    except subprocess.TimeoutExpired:
        print(f"`{' '.join(sys.argv[1:])}` took over {COMMAND_SECONDS} s.", file=sys.stderr)
        return TIMED_OUT


if __name__ == "__main__":
    sys.exit(main())
