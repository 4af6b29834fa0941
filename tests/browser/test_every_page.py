"""What holds of every page: it fits a phone, its texts can be read, its policy is kept, axe-core finds
nothing grave, and it is light.

Each page is opened once, in its fullest state, with all folds open.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.opened import SETTLE, as_person, watched
from tests.furnished.places import Place
from tests.furnished.studio import Furnished, a_furnished_studio

MOST_BYTES = 65_000
"""Of scripts and styles, compressed, as they are sent."""
LEAST_CONTRAST = 4.5

WEIGH = """
() => performance.getEntriesByType("resource")
  .filter(({ name }) => /\\.(js|css)([?]|$)/.test(name))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
"""
OPEN_FOLDS = "() => document.querySelectorAll('details.fold').forEach((fold) => (fold.open = true))"
WIDTH = "() => document.documentElement.scrollWidth"
LOWEST_CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color, over) => {
    canvas.fillStyle = `rgb(${over ?? [255, 255, 255]})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const ground = (element) => {
    const parents = [];
    for (let at = element; at; at = at.parentElement) parents.unshift(at);
    return parents.reduce((over, at) => rgb(getComputedStyle(at).backgroundColor, over), undefined);
  };
  const light = (color) => {
    const [r, g, b] = color.map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, option, svg, :disabled, .out-of-sight")) continue;
    const under = ground(element);
    const pair = [light(under), light(rgb(getComputedStyle(element).color, under))];
    const [low, high] = pair.sort((a, b) => a - b);
    found.push([(high + 0.05) / (low + 0.05), texts.currentNode.data.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0])[0];
}
"""


@pytest.fixture(scope="module")
def house(
    broker_url: str, todays_tables: str, hub_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    folder = tmp_path_factory.mktemp("house")
    with a_furnished_studio(broker_url, todays_tables, hub_cache, folder) as found:
        yield found


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody_and_keeps_its_policy(
    browser: Browser, house: Furnished
) -> None:
    fullest = [place for place in house.places if place.is_fullest]
    wrong = []
    for who in {place.who for place in fullest}:
        with as_person(browser, house, who) as page, watched(page) as seen:
            for place in (each for each in fullest if each.who == who):
                wrong += [f"{place.name}: {fault}" for fault in faults(page, house, place)]
                wrong += [f"{place.name}: {told}" for told in seen.since_last()]
    assert not wrong, "\n".join(wrong)


def faults(page: Page, house: Furnished, place: Place) -> Iterator[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 800})
    answer = page.goto(house.url + place.path)
    assert answer is not None
    if answer.status != place.status:
        yield f"answers {answer.status}"
    if "script-src 'self'" not in answer.headers["content-security-policy"]:
        yield "is served without its policy"
    if page.get_by_role("heading", level=1).count() != 1:
        yield "has not one heading"
    if not re.search(r".+ · Likewise", page.title()):
        yield f"is titled {page.title()}"
    page.wait_for_load_state("load")
    weight = page.evaluate(WEIGH)
    if not 0 < weight <= MOST_BYTES:
        yield f"weighs {weight} bytes"
    page.evaluate(OPEN_FOLDS)
    page.evaluate(SETTLE)
    yield from axe.grave(page)
    yield from pale(page, "light")
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLE)
    yield from axe.grave(page, "color-contrast")
    yield from pale(page, "dark")
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(SETTLE)  # a chart is drawn anew for the width that it has now
    if (width := page.evaluate(WIDTH)) > 360:
        yield f"is {width} pixels wide on a phone"


def pale(page: Page, theme: str) -> Iterator[str]:
    contrast, text = page.evaluate(LOWEST_CONTRAST)
    if contrast < LEAST_CONTRAST:
        yield f"{theme}: {text!r} stands out {contrast:.1f} to 1"


def test_the_chosen_colours_come_with_the_page(page: Page, studio_url: str) -> None:
    page.goto(f"{studio_url}/data")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{studio_url}/data")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(studio_url)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="System").click()
    assert page.locator("html").get_attribute("data-theme") is None
