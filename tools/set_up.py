"""Make .venv with all that the studio needs: `python3 tools/set_up.py`, which `make setup` runs.

Each step leaves alone what is already there, so that a second call is short. This file runs on the
machine's own Python, before anything is installed, so an old one must be able to read it.
"""

import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
PIP = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]

# name, command, and the file that says that it needs no doing
STEPS = (
    (
        "virtual environment",
        [sys.executable, "-m", "venv", ".venv"],
        ROOT / ".venv" / "bin" / "pip",
    ),
    ("torch", [PYTHON, "-m", "tools.install_torch"], None),
    ("locked packages", [*PIP, "--require-hashes", "-r", "requirements.lock"], None),
    ("likewise itself", [*PIP, "--no-deps", "--no-build-isolation", "-e", "."], None),
    ("front-end assets", [PYTHON, "-m", "tools.front_end_assets"], None),
)
ADVICE = {
    "virtual environment": "Debian and Ubuntu keep it apart: apt-get install python3-venv.",
    "locked packages": "Check that pip reaches its registry: python3 -m pip download pip.",
}


def main() -> int:
    """Exit status 0 with everything in place, 1 with what to do otherwise."""
    if sys.version_info < OLDEST_PYTHON:
        found = sys.version.split()[0]
        print(
            f"Likewise needs Python 3.11 or newer; this is {found}.\n"
            "If a newer one is installed, name it: make setup PYTHON=python3.12",
            file=sys.stderr,
        )
        return 1
    for name, command, done in STEPS:
        if done and done.exists():
            continue
        began = time.monotonic()
        if subprocess.run(command, cwd=str(ROOT), check=False).returncode:
            print(
                f"Set-up stopped at: {name}. The reason is above. {ADVICE.get(name, '')}\n"
                "`make setup` goes on from here.",
                file=sys.stderr,
            )
            return 1
        print(f"set up: {name} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
