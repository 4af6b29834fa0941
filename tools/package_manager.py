"""Install a program by whichever package manager the machine has."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

INSTALL_SECONDS = 300
APT = ["apt-get", "install", "-qy", "--no-install-recommends"]

# The commands before the packages' names. A machine that never asked apt for its lists has none.
MANAGERS = {
    "apt-get": (["apt-get", "update", "-q"], APT),
    "dnf": (["dnf", "install", "-qy"],),
    "apk": (["apk", "add", "--quiet"],),
    "brew": (["brew", "install", "--quiet"],),
}


def install(packages: Mapping[str, list[str]]) -> bool:
    """Install what the found manager calls it, `{"apt-get": ["chromium"], …}`; whether it did."""
    manager = next((name for name in packages if shutil.which(name)), None)
    if manager is None:
        return False
    *before, last = MANAGERS[manager]
    print(f"asking {manager} for {' '.join(packages[manager])}", file=sys.stderr, flush=True)
    return all(attempt(command) for command in [*before, [*last, *packages[manager]]])


def attempt(command: list[str]) -> bool:
    """Run a command that may fail, without a question to anybody; whether it went well."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,  # stdout is for what the caller was asked for
            timeout=INSTALL_SECONDS,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"`{' '.join(command)}` was given up after {INSTALL_SECONDS} s", file=sys.stderr)
        return False
    return ended.returncode == 0
