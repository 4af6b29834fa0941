"""See it, in a real browser: what two models make of a person's texts, hostile ones among them."""

import httpx2
import numpy as np
import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect

from backend.accounts.people import THE_PERSON
from backend.models import work
from backend.models.tables import Model
from backend.proof import neighbours, seen
from backend.proof.flat_maps import flat_maps
from backend.proof.seen import Asked, Seen
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.studio import Studio
from tests.browser.test_every_page import LOWEST_CONTRAST
from tests.browser.test_hostile_texts import EVIL
from tests.models import a_model
from tests.tiny_model import sentences, write_tiny_bert

MINUTE = 60_000
TEXTS = [*EVIL, "x" * 300, *dict.fromkeys(sentences(100, seed=3))]


@pytest.fixture
def model(studio: Studio, tmp_path, hub_cache, monkeypatch) -> Model:
    monkeypatch.setenv("HF_HOME", str(hub_cache))  # the embedder inherits them from the server
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return a_model(studio, write_tiny_bert(tmp_path / "tuned", seed=7))


def unit(seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((len(TEXTS), 32)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def see(studio: Studio, model: Model, tmp_path) -> None:
    """As if a worker had looked: the vectors are the test's."""
    base, tuned = unit(0), unit(1)
    kept = Seen(
        texts=pa.array(TEXTS, pa.string()),
        base=base.astype(np.float16),
        tuned=tuned.astype(np.float16),
        neighbours=neighbours.compare(base, tuned),
        maps=flat_maps(base, tuned),
        asked=Asked(is_query=False, prompt=None, revision=None),
        groups={EVIL[0]: [EVIL[1], "plain"] * (len(TEXTS) // 2) + ["plain"] * (len(TEXTS) % 2)},
    )
    seen.write(tmp_path / "seen", kept)
    studio.storage.put_folder(tmp_path / "seen", seen.key_of(model.id))
    end(studio, model, JobStatus.SUCCEEDED)


def end(studio: Studio, model: Model, status: JobStatus, problem=None) -> None:
    with studio.database.writing() as session:
        job = work.newest(session, THE_PERSON, model.id, JobKind.SEE)
        job = job or work.begin(session, THE_PERSON, studio.broker, JobKind.SEE, model.id, {})
        job.status, job.problem, job.ended_at = status, problem, job.created_at


def test_before_the_look_there_is_one_button_and_while_it_waits_it_says_so(
    page: Page, studio: Studio, studio_url: str, model: Model, tmp_path
) -> None:
    page.goto(f"{studio_url}/models/{model.id}/see")
    expect(page.get_by_role("link", name="See it")).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Look at my texts").click()
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()
    expect(page.get_by_role("button", name="Look at my texts")).to_have_count(0)
    refusal = {"code": "no_base_model", "title": EVIL[0], "detail": "It isn't there."}
    end(studio, model, JobStatus.FAILED, refusal)
    expect(page.get_by_role("heading", name=EVIL[0])).to_be_visible(timeout=MINUTE)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()
    see(studio, model, tmp_path)
    expect(page.locator("embedding-map circle").first).to_be_visible(timeout=MINUTE)
    with studio.database.reading() as session:
        assert session.query(Job).filter(Job.kind == JobKind.SEE).count() == 2


def test_a_search_shows_both_models_side_by_side_and_marks_what_only_one_finds(
    page: Page, api: httpx2.Client, studio: Studio, studio_url: str, model: Model, tmp_path
) -> None:
    see(studio, model, tmp_path)
    page.goto(f"{studio_url}/models/{model.id}/see")
    page.get_by_label("What are you looking for?").fill("the cat sat on the mat")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#searched .finds")).to_have_count(2, timeout=MINUTE)
    asked = {"query": "the cat sat on the mat", "most": 10}
    found = api.post(f"models/{model.id}/search", json=asked).json()
    for column, kind in enumerate(("base", "tuned")):
        rows = page.locator("#searched .finds").nth(column).locator("li")
        told = rows.locator("> span:first-child").all_inner_texts()
        assert [" ".join(text.split()) for text in told] == [
            " ".join(one["text"].split()) for one in found[kind]
        ]
        only = [row.get_attribute("data-only") == kind for row in rows.all()]
        assert only == [one["other_place"] > 10 for one in found[kind]]
    assert any(only)


def test_a_point_is_shown_on_both_maps_with_its_text(
    page: Page, studio: Studio, studio_url: str, model: Model, tmp_path
) -> None:
    see(studio, model, tmp_path)
    page.goto(f"{studio_url}/models/{model.id}/see")
    plots = page.locator("embedding-map svg")
    plots.first.scroll_into_view_if_needed()
    dots = plots.first.locator("circle")
    expect(dots).to_have_count(len(TEXTS))
    farthest = page.evaluate(
        """() => { const dots = [...document.querySelector("embedding-map svg").children];
        const far = (dot) => Math.hypot(dot.cx.baseVal.value - 200, dot.cy.baseVal.value - 200);
        return dots.indexOf(dots.reduce((a, b) => (far(a) > far(b) ? a : b))); }"""
    )
    box = dots.nth(farthest).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for n in range(2):
        shown = plots.nth(n).locator("circle")
        expect(shown.nth(farthest)).to_have_class("shown")
        expect(plots.nth(n).locator(".shown")).to_have_count(1)
    expect(page.locator("embedding-map output")).to_have_text(TEXTS[farthest][:200])
    page.get_by_text("The map as a table").click()
    expect(page.locator("embedding-map tbody tr")).to_have_count(len(TEXTS))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_texts_stay_texts_and_a_phone_shows_all(
    page: Page, studio: Studio, studio_url: str, model: Model, tmp_path, scheme
) -> None:
    see(studio, model, tmp_path)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{studio_url}/models/{model.id}/see")
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert page.evaluate("() => window.hostile ?? null") is None
    assert page.locator("main script, main img, main [hx-get='/evil']").count() == 0
    said = page.locator("embedding-map tbody").inner_text()
    assert all(" ".join(evil.split()) in " ".join(said.split()) for evil in EVIL)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    ratio, text = page.evaluate(LOWEST_CONTRAST)
    assert ratio >= 4.5, text


def test_it_works_without_script(browser, studio: Studio, studio_url: str, model: Model, tmp_path):
    see(studio, model, tmp_path)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{studio_url}/models/{model.id}/see")
    page.get_by_label("What are you looking for?").fill("a small dog")
    page.get_by_role("button", name="Search", exact=True).click()
    for _ in range(60):
        if page.locator("#searched .finds").count():
            break
        page.wait_for_timeout(1_000)
        page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#searched .finds")).to_have_count(2)
    assert page.get_by_label("What are you looking for?").input_value() == "a small dog"
    context.close()
