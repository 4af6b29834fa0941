"""Renew the pictures of the tutorial, docs/tutorial/*.png: `make screenshots`.

It starts a studio of its own in a folder that it throws away and goes the tutorial's way through it,
as a person would, with the sample that is on every machine and the demo's base model: no network.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from backend.settings import Settings
from likewise.embedded import ports
from likewise.embedded.studio import running_studio
from tools.bring_browser import find
from tools.screenshot import BROWSER

FOLDER = Path(__file__).parent.parent / "docs" / "tutorial"
SIZE = ViewportSize(width=1280, height=900)
HOME_HEIGHT = 600
"""There is little on an empty home page."""
MOST_BYTES = 150_000
"""Of a picture: they travel with the sources."""
MINUTE = 60_000
TRAINS = 20 * MINUTE
"""Milliseconds, as Playwright counts: a slow machine needs some minutes."""
SEEN_STEPS = 24
"""The picture of a training is taken when its loss has so many points: a curve, and not its end."""


class TooLarge(Exception):
    """A picture has more bytes than the sources should carry."""


def walk(page: Page, studio: str) -> None:
    """The tutorial's way. Each picture is taken as soon as what the text tells of is there."""
    page.goto(studio)
    _take(page, "1-home", height=HOME_HEIGHT)
    page.get_by_role("button", name="Try with sample text").click()
    page.get_by_role("link", name="Plan a training").wait_for()
    page.wait_for_load_state("networkidle")
    _take(page, "2-data")
    page.get_by_role("link", name="Plan a training").click()
    page.get_by_role("heading", name="Plan a training").wait_for()
    _take(page, "3-plan")
    at_once = page.get_by_role("spinbutton", name="Rows at once", exact=True)
    at_once.scroll_into_view_if_needed()
    at_once.fill("64")
    _settled(page)
    page.get_by_role("heading", name="How long").scroll_into_view_if_needed()
    _take(page, "4-how-long")
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    page.wait_for_function(
        "most => document.querySelector('metric-chart[data-key=loss]')?.dataset.points >= most",
        arg=SEEN_STEPS,
        timeout=TRAINS,
    )
    _take(page, "5-training")
    result = page.get_by_role("link", name="See the result")
    result.wait_for(timeout=TRAINS)
    result.click()
    page.locator(".verdict .word").first.wait_for()
    _take(page, "6-verdict")
    page.get_by_label("One text").fill("make a folder")
    page.get_by_label("Another").fill("Create a new directory at the given path")
    page.get_by_role("button", name="Compare").click()
    page.locator("#tried tbody tr").first.wait_for()
    page.locator("#try").scroll_into_view_if_needed()
    _take(page, "7-try", part="#try")
    page.get_by_role("link", name="Download", exact=True).click()
    page.get_by_role("link", name="Download the model").wait_for()
    _take(page, "8-take-away")


def _settled(page: Page) -> None:
    """The form is checked on the studio after each change, and comes back."""
    with page.expect_response("**/plan"):
        page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")


def _take(page: Page, name: str, *, part: str | None = None, height: int | None = None) -> None:
    """Write one picture: what a window shows, its upper part, or one part of the page.

    Raises TooLarge.
    """
    path = FOLDER / f"{name}.png"
    if part is not None:
        page.locator(part).screenshot(path=path, animations="disabled")
    elif height is not None:
        page.screenshot(
            path=path,
            animations="disabled",
            clip={"x": 0, "y": 0, "width": SIZE["width"], "height": height},
        )
    else:
        page.screenshot(path=path, animations="disabled")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise TooLarge(f"{path} has {size:,} bytes, and may have {MOST_BYTES:,}: show less of it.")
    print(f"{path.relative_to(FOLDER.parent.parent)}  {size:,} bytes", flush=True)


@contextmanager
def studio_of_its_own() -> Iterator[str]:
    """The address of a studio that knows nobody's settings and asks no network."""
    for name in [name for name in os.environ if name.startswith("LIKEWISE_")]:
        del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory(prefix="likewise-tutorial-") as folder:
        settings = Settings(data=Path(folder), port=ports.first_free("127.0.0.1", 8100))
        with running_studio(settings, lambda text: print(text, file=sys.stderr)) as studio:
            yield studio.url


def main() -> int:
    """Exit status 0 with every picture written, 1 with what to do otherwise."""
    browser_path = find()
    if browser_path is None:
        print("No Chromium starts here: `make browser` finds or installs one.", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with studio_of_its_own() as studio, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*BROWSER])
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en")
        page.set_default_timeout(2 * MINUTE)  # the sample alone is half a minute on a busy machine
        walk(page, studio)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
