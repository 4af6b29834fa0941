"""A notice of the browser: asked for on a click, shown when the run of an open page ends."""

from playwright.sync_api import Page, expect

from backend.runs.states import Outcome
from tests.browser.held_run import HeldRun

KEEP_SHOWN = """
globalThis.shown = [];
globalThis.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    shown.push([title, options.body]);
    document.body.dataset.shown = shown.length;
  }
};
"""


def test_an_open_page_tells_how_its_run_ended(page: Page, studio_url: str, held: HeldRun) -> None:
    page.add_init_script(KEEP_SHOWN)
    page.context.grant_permissions(["notifications"], origin=studio_url)
    page.goto(f"{studio_url}/settings/notifications")
    notices = page.locator("browser-notices")
    expect(notices).to_contain_text("can show a notice")
    notices.get_by_role("button", name="Show notices").click()
    expect(notices.get_by_role("status")).to_contain_text("shows a notice when a run ends")

    held.train(1)
    page.goto(f"{studio_url}/runs/{held.id}")
    expect(page.locator("metric-chart[data-key=loss]")).to_have_attribute("data-points", "1")
    held.end(Outcome.SUCCEEDED)
    expect(page.locator("body")).to_have_attribute("data-shown", "1")
    [[title, body]] = page.evaluate("shown")
    assert title.startswith("Done: ")
    assert "model is ready" in body
