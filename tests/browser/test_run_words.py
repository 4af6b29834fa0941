"""What a run's page says in words, keeps and gives away."""

import csv
import io

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.held_run import METRIC, HeldRun


def test_a_run_says_what_its_curves_mean(page: Page, studio_url: str, held: HeldRun) -> None:
    held.measure(0, 0.41, of="base")
    for step, value in ((40, 0.40), (80, 0.44), (120, 0.48)):
        held.measure(step, value)
    page.goto(f"{studio_url}/runs/{held.id}")
    said = page.locator("#reading p")
    expect(said).to_contain_text(
        "It became better than the base model at step 80.", use_inner_text=True
    )
    expect(said).to_contain_text("still improving")
    held.measure(160, 0.42)
    expect(said).to_contain_text("best at step 120", timeout=15_000)  # it looks every ten seconds
    page.goto(f"{studio_url}/runs/{held.id}/reading")
    expect(page.locator("#reading")).to_be_visible()  # asked for as a page, it leads to the run's


def test_a_run_keeps_notes_and_gives_its_figures(
    page: Page, studio_url: str, api: httpx2.Client, held: HeldRun
) -> None:
    held.train(*range(1, 25))
    held.measure(24, 0.5)
    page.goto(f"{studio_url}/runs/{held.id}")
    page.get_by_role("textbox", name="Notes").fill("tried <b>\nagain")
    page.get_by_role("button", name="Keep notes").click()
    expect(page.get_by_role("textbox", name="Notes")).to_have_value("tried <b>\nagain")
    assert api.get(f"runs/{held.id}").json()["notes"].splitlines() == ["tried <b>", "again"]
    page.get_by_label("logarithmic").check()
    page.get_by_text("All figures").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    loss = [(int(row["step"]), float(row["value"])) for row in rows if row["figure"] == "loss"]
    assert loss == [(step, 2 / step) for step in range(1, 25)]
    assert [row["value"] for row in rows if row["figure"] == f"choose/{METRIC}"] == ["0.5"]
