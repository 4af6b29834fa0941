"""The page that says how small a model may be: chart, table, and taking a size."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from backend.runs.tables import Run
from backend.studio import Studio
from tests.models import a_model
from tests.runs import trainings
from tests.sizes import SIZES, measure


@pytest.fixture
def model_id(studio: Studio, api: httpx2.Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of a recipe that can be measured, with nothing measured yet."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "README.md").write_text("a model")
    version = trainings.upload(api, trainings.pairs_csv())
    recipe = trainings.recipe_for(api, version["id"])
    made = a_model(studio, folder)
    with studio.database.writing() as session:
        session.get_one(Run, made.run_id).recipe = recipe
    return str(made.id)


def test_a_person_has_the_sizes_measured(page: Page, studio_url: str, model_id: str) -> None:
    page.goto(f"{studio_url}/models/{model_id}")
    page.get_by_role("link", name="How small").click()
    page.get_by_role("button", name="Measure the sizes").click()
    expect(page.locator("#measuring")).to_contain_text("The sizes are being measured")


def test_a_person_sees_what_each_size_costs_and_takes_the_marked_one(
    page: Page, studio: Studio, studio_url: str, api: httpx2.Client, model_id: str
) -> None:
    measure(studio, model_id)
    page.goto(f"{studio_url}/models/{model_id}/size")
    charts = page.locator("figure.sizes > svg")
    expect(charts).to_have_count(2)
    for n in range(2):
        expect(charts.nth(n).locator("svg.mark:not(.chosen)")).to_have_count(len(SIZES))
        expect(charts.nth(n).locator("svg.chosen text")).to_have_text("smallest good one")
    expect(page.locator("main table tbody tr")).to_have_count(len(SIZES))
    marked = page.locator("tr.chosen")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("the smallest that is not measurably worse")
    smallest = next(
        s for s in api.get(f"models/{model_id}/sizes").json()["sizes"] if s["is_chosen"]
    )
    expect(marked).to_contain_text(f"{smallest['bytes_per_vector']:,}")

    page.get_by_label("A fall in quality that would be too much").select_option("0.05")
    page.get_by_role("button", name="Judge by this").click()
    page.wait_for_url("**margin=0.05")
    lenient = api.get(f"models/{model_id}/sizes?margin=0.05").json()["chosen"]
    expect(page.locator(".verdict.lead")).to_have_text(lenient, use_inner_text=True)

    page.locator("tr.chosen button").click()
    expect(page.locator("#taking")).to_contain_text("The smaller model is being made and judged")
    job = api.get("jobs?kind=shrink").json()["items"][0]
    assert job["status"] == "queued"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_fits_a_phone(
    page: Page, studio: Studio, studio_url: str, model_id: str, theme: str
) -> None:
    measure(studio, model_id)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{studio_url}/models/{model_id}/size")
    expect(page.locator("figure.sizes > svg").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
