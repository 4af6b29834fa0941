"""Renew the README's picture, docs/screenshot.png: `make screenshot`, while a studio runs.

It shows the newest run that succeeded on the studio at LIKEWISE_URL.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.bring_browser import find

PICTURE = Path(__file__).parent.parent / "docs" / "screenshot.png"
# One that runs in a container too, and asks nobody for updates.
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def newest_run(studio: str) -> str | None:
    """The id of the newest run that succeeded; None without one. OSError if no studio answers."""
    with urllib.request.urlopen(f"{studio}/api/v1/runs?status=succeeded&limit=1") as answer:
        runs: list[dict[str, str]] = json.load(answer)["items"]
    return runs[0]["id"] if runs else None


def take(page_url: str) -> None:
    """Write PICTURE: the page as it is once its curves are drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=[*BROWSER])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto(page_url)
        page.locator(".uplot").first.wait_for()
        page.screenshot(path=PICTURE)
        browser.close()


def main() -> int:
    """Exit status 0 with the picture written, 1 with what to do otherwise."""
    studio = os.environ.get("LIKEWISE_URL", "http://127.0.0.1:8000").rstrip("/")
    try:
        run = newest_run(studio)
    except urllib.error.URLError as reason:
        print(f"No studio at {studio}: {reason.reason}. `make start`, then again.", file=sys.stderr)
        return 1
    if run is None:
        print(f"{studio} has no run that succeeded. `make demo` makes one.", file=sys.stderr)
        return 1
    take(f"{studio}/runs/{run}")
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
