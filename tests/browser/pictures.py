"""`python -m tests.browser.pictures OUT [NAME…]`: every page in every state, in both themes, on a
phone and on a screen, as pictures in a folder outside the repository, to be looked at.

With names only the places whose names begin so.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from backend.migrate import migrate
from backend.settings import Settings
from tests.browser.conftest import ARGUMENTS
from tests.browser.opened import SETTLE, as_person
from tests.conftest import a_broker, a_database, a_hub_cache
from tests.furnished.studio import Furnished, a_furnished_studio
from tools.bring_browser import find

WIDTHS = (1280, 360)
THEMES = ("light", "dark")


def take(browser: Browser, house: Furnished, out: Path, starts: tuple[str, ...]) -> int:
    """Write them, and count them."""
    taken = 0
    for who in sorted({place.who for place in house.places}):
        with as_person(browser, house, who) as page:
            for place in house.places:
                if place.who != who or not place.name.startswith(starts or ("",)):
                    continue
                page.goto(house.url + place.path)
                page.wait_for_load_state("load")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 800})
                    for theme in THEMES:
                        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                        page.evaluate(SETTLE)
                        path = out / f"{place.name}-{width}-{theme}.png"
                        page.screenshot(path=path, full_page=True)
                        taken += 1
    return taken


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 1
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        a_broker() as broker_url,
        a_database() as tables,
        sync_playwright() as playwright,
    ):
        at = Path(folder)
        migrate(Settings(data=at / "tables", database_url=tables))
        browser = playwright.chromium.launch(executable_path=find(), args=[*ARGUMENTS])
        (at / "house").mkdir()
        with a_furnished_studio(broker_url, tables, a_hub_cache(at / "hub"), at / "house") as house:
            print(f"{take(browser, house, out, tuple(sys.argv[2:]))} pictures in {out}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
