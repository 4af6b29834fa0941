"""What holds of every page: it fits a phone, its texts can be read, its policy is kept."""

import re

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.held_run import HeldRun

PAGES = (
    "/",
    "/data",
    "/data/{version}",
    "/plan?version={version}",
    "/runs",
    "/runs/{run}",
    "/models",
    "/nowhere",
)
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
    if (element.closest("script, option, svg, :disabled")) continue;
    const under = ground(element);
    const pair = [light(under), light(rgb(getComputedStyle(element).color, under))];
    const [low, high] = pair.sort((a, b) => a - b);
    found.push([(high + 0.05) / (low + 0.05), texts.currentNode.data.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0])[0];
}
"""


def paths(held: HeldRun, version: str) -> list[str]:
    return [path.format(version=version, run=held.id) for path in PAGES]


@pytest.fixture
def version(api, held: HeldRun) -> str:
    held.train(1, 2, 3)
    held.measure(0, 0.4, of="base")
    used = api.get(f"runs/{held.id}").json()["recipe"]["datasets"][0]["version"]
    return str(used)


def test_nothing_scrolls_sideways_on_a_phone(
    page: Page, studio_url: str, held: HeldRun, version: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    widths = {}
    for path in paths(held, version):
        page.goto(studio_url + path)
        expect(page.locator("main")).to_be_visible()
        widths[path] = page.evaluate("() => document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > 360} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    browser: Browser, studio_url: str, held: HeldRun, version: str, theme: str
) -> None:
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    lowest = {}
    for path in paths(held, version):
        page.goto(studio_url + path)
        lowest[path] = page.evaluate(LOWEST_CONTRAST)
    context.close()
    assert {path: found for path, found in lowest.items() if found[0] < 4.5} == {}


def test_every_page_is_served_whole_and_keeps_its_policy(
    page: Page, studio_url: str, held: HeldRun, version: str
) -> None:
    """The policy's violations are collected, and asserted to be none, by the `page` fixture."""
    foreign = []
    page.on("request", lambda request: foreign.append(request.url))
    for path in paths(held, version):
        answer = page.goto(studio_url + path)
        assert answer is not None
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page).to_have_title(re.compile(r".+ · Likewise"))
    assert [url for url in foreign if not url.startswith((studio_url, "data:"))] == []


def test_the_chosen_colours_come_with_the_page(page: Page, studio_url: str) -> None:
    page.goto(f"{studio_url}/data")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{studio_url}/data")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(studio_url)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="System").click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_scripts_and_styles_weigh_at_most_65_kb(page: Page, studio_url: str, held: HeldRun) -> None:
    """Of the run's page, which needs the most: compressed, as they are sent."""
    sent: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        if "/static/" in answer.url:
            sent[answer.url] = int(answer.headers["content-length"])

    page.on("response", weigh)
    page.goto(f"{studio_url}/runs/{held.id}")
    expect(page.locator("metric-chart").first).to_have_attribute("data-points", "0")
    assert any("uPlot" in url for url in sent)
    assert sum(sent.values()) <= 65_000
