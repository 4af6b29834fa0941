"""The whole way, by mouse, through the real queue, worker, engine and embedder."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TINY
from tests.processes import RunningWorker
from tests.runs.trainings import pairs_csv

MINUTE = 60_000


@pytest.mark.timeout(300)
def test_a_person_brings_a_file_and_leaves_with_a_model_that_answers(
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    studio_url: str,
    worker: RunningWorker,
) -> None:
    for name in ("HF_HOME", "HF_HUB_OFFLINE", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, environment[name])  # the server hands them to its embedder
    page.goto(studio_url)
    page.locator("#file").set_input_files(
        {"name": "pairs.csv", "mimeType": "text/csv", "buffer": pairs_csv(200)}
    )
    page.get_by_role("link", name="Plan a training").click()
    page.get_by_label("Base model").fill(TINY)
    page.get_by_role("spinbutton", name="Rows at once", exact=True).fill("8")
    page.get_by_role("spinbutton", name="Rounds", exact=True).fill("2")
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    to_the_model = page.get_by_role("link", name="See the result")
    to_the_model.wait_for(timeout=2 * MINUTE)
    expect(page.locator("metric-chart[data-key=loss]")).not_to_have_attribute("data-points", "0")
    to_the_model.click()
    expect(page.locator(".verdict .word").first).to_be_visible()
    page.get_by_label("One text").fill("where is the cat")
    page.get_by_label("Another").fill("the cat is on the mat")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#tried tbody tr")).to_have_count(2, timeout=MINUTE)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
