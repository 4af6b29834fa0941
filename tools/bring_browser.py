"""Find or install the Chromium that the tests drive: `.venv/bin/python -m tools.bring_browser`.

Its path is the last line of output, and is kept in .venv/.browser for the tests. The one that
LIKEWISE_TEST_BROWSER names is used or nothing; else, in this order, the one found last time, one
that is installed, Playwright's own, the system package manager's.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import package_manager

KEPT = Path(sys.prefix) / ".browser"
STARTS_SECONDS = 60
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = {
    "apt-get": ["chromium", "fonts-liberation"],
    "dnf": ["chromium"],
    "apk": ["chromium"],
}
PLAYWRIGHTS_PATH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as browsers:
    print(browsers.chromium.executable_path)
"""


def starts(path: str) -> bool:
    """Whether this is a browser that starts: a wrapper of a missing snap is on many a PATH."""
    try:
        asked = subprocess.run(
            [path, "--version"], capture_output=True, timeout=STARTS_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def kept() -> Iterator[str]:
    """The browser that was found last time."""
    if KEPT.exists():
        yield KEPT.read_text().strip()


def installed() -> Iterator[str]:
    """The browsers on this machine, by their usual names."""
    yield from filter(None, map(shutil.which, NAMES))


def playwrights() -> Iterator[str]:
    """The browser that Playwright downloads for itself, if its host can be reached."""
    print("no browser is installed: asking Playwright for its own", file=sys.stderr, flush=True)
    package_manager.attempt([sys.executable, "-m", "playwright", "install", "chromium"])
    where = [sys.executable, "-c", PLAYWRIGHTS_PATH]
    asked = subprocess.run(where, capture_output=True, text=True, check=False)
    yield asked.stdout.strip()


def packaged() -> Iterator[str]:
    """The browser of the system's package manager, which may have to be called by root."""
    if package_manager.install(PACKAGES):
        yield from installed()


WAYS: tuple[Callable[[], Iterator[str]], ...] = (kept, installed, playwrights, packaged)


def find() -> str | None:
    """The path of the first browser that starts; None if none does."""
    if path := os.environ.get("LIKEWISE_TEST_BROWSER"):
        return path if starts(path) else None
    return next((path for way in WAYS for path in way() if path and starts(path)), None)


def main() -> int:
    """Exit status 0 with the path on the last line of stdout, 1 with what to do otherwise."""
    path = find()
    if path is None:
        print(
            "No Chromium starts here, and none could be installed (the reasons are above).\n"
            "Install one, then name it: LIKEWISE_TEST_BROWSER=/path/to/chromium",
            file=sys.stderr,
        )
        return 1
    KEPT.write_text(f"{path}\n")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
