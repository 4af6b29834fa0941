"""What a run's page says in words, keeps and gives away."""

import csv
import io

import httpx2
from playwright.sync_api import Page, expect

from tests.runs.trainings import pairs_csv, recipe_for, start, upload, wait_for_end


def test_a_run_says_what_its_curves_mean_keeps_notes_and_gives_its_figures(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    recipe = recipe_for(api, upload(api, pairs_csv())["id"])
    recipe["arguments"] |= {"max_steps": 12, "eval_steps": 2, "logging_steps": 1}
    run_id = start(api, recipe)["id"]
    wait_for_end(api, run_id, 300)
    page.goto(f"{studio_url}/runs/{run_id}")
    said = page.locator("#reading p").inner_text()
    assert "base model" in said
    page.get_by_label("Notes").fill("tried <b>\nagain")
    page.get_by_role("button", name="Keep notes").click()
    expect(page.get_by_label("Notes")).to_have_value("tried <b>\nagain")
    assert api.get(f"runs/{run_id}").json()["notes"].splitlines() == ["tried <b>", "again"]
    page.get_by_label("logarithmic").check()
    page.get_by_text("All figures").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    told = api.get(f"runs/{run_id}/metrics").json()["items"]
    assert {row["figure"] for row in rows} == {curve["key"] for curve in told}
    loss = [float(row["value"]) for row in rows if row["figure"] == "loss"]
    assert loss == next(curve["values"] for curve in told if curve["key"] == "loss")
