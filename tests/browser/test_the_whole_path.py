"""From a CSV that is let go over the page to a model on the Hub: by mouse, and by keys alone.

Queue, workers, engine and browser are real; a double stands where the Hub would. What it takes is
counted: `pytest -s` prints it.
"""

from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from backend.recipes.schemas import DEFAULT_BASE_MODEL
from tests.browser.hands import Keys, Mouse
from tests.conftest import a_hub_cache
from tests.processes import RunningWorker
from tests.publishing_hub import Held
from tests.runs.publishing import connect
from tests.runs.trainings import pairs_csv

MINUTE = 60_000
MOST_CLICKS, MOST_DECISIONS = 6, 3
"""From the file that was dropped to a training that runs."""


@pytest.fixture(scope="session")
def hub_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that a plan begins with is there, and tiny."""
    return a_hub_cache(tmp_path_factory.mktemp("hub"), DEFAULT_BASE_MODEL)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", [Mouse, pytest.param(Keys, marks=pytest.mark.slow)])
def test_a_person_goes_from_a_file_to_a_published_model(
    kind: type[Mouse | Keys],
    page: Page,
    api: httpx2.Client,
    studio_url: str,
    hub: Held,
    worker: RunningWorker,
    publishing_worker: RunningWorker,
    tmp_path: Path,
) -> None:
    connect(api)  # their account at the Hub, once for all models
    person = kind(page)
    page.goto(studio_url)
    person.bring("questions.csv", pairs_csv(200), tmp_path)
    page.wait_for_url("**/data/dsv_*")
    brought = person.acts
    person.press(page.get_by_role("link", name="Plan a training"))
    page.wait_for_url("**/plan?**")
    person.press(page.get_by_role("button", name="Start training").first)
    page.wait_for_url("**/runs/run_*")
    to_start = person.acts - brought
    tell(person, "the training runs")
    assert person.decisions <= MOST_DECISIONS
    if kind is Mouse:
        assert to_start <= MOST_CLICKS

    to_the_model = page.get_by_role("link", name="See the result")
    to_the_model.wait_for(timeout=5 * MINUTE)  # seconds, on a machine that has time
    person.press(to_the_model)
    expect(page.locator(".verdict .word").first).to_be_visible()
    tell(person, "the proof is there")
    person.press(page.get_by_role("link", name="Publish", exact=True))
    page.wait_for_url("**/publish")
    person.decide(page.get_by_role("combobox", name="Licence"), "apache-2.0")
    person.decide(page.get_by_role("textbox", name="Languages"), "en")
    person.press(page.get_by_role("button", name="Look at what will be sent"))
    person.press(page.get_by_role("button", name="Publish privately"))
    expect(page.locator("#work")).to_contain_text(
        "to the byte, what you looked at", timeout=5 * MINUTE
    )
    tell(person, "it is published")
    (repo,) = hub.repos.values()
    assert repo.private
    assert "model.safetensors" in repo.main[-1].files


def tell(person: Mouse | Keys, what: str) -> None:
    print(f"{what}: {person.acts} {person.verb}, {person.decisions} decisions")


def test_what_is_exchanged_keeps_the_focus(page: Page, api: httpx2.Client, studio_url: str) -> None:
    """A choice of the plan is judged anew with each change; whoever makes it stays where they are."""
    version = api.post("datasets", files={"file": ("questions.csv", pairs_csv(60))}).json()["id"]
    page.goto(f"{studio_url}/plan?version={version}")
    chosen = page.locator("input[name=preset]:checked")
    before = chosen.get_attribute("value")
    keys = Keys(page)
    keys.go_to(chosen)
    with page.expect_response("**/plan"):
        page.keyboard.press("ArrowDown")
    expect(chosen).not_to_have_value(before or "")
    expect(chosen).to_be_focused()
    expect(page.locator("input[name=preset_shown]")).not_to_have_value(before or "")
    expect(chosen).to_be_focused()
