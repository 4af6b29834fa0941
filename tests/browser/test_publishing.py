"""A model is published by mouse: what will leave is read first, and the page leads to what arrived."""

import os
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from backend.models.tables import Model
from backend.studio import Studio
from tests.processes import RunningWorker
from tests.publishing_hub import Held
from tests.runs.publishing import a_trained_model, connect

MINUTE = 60_000


@pytest.fixture
def model(api: httpx2.Client, studio: Studio, tmp_path: Path, hub: Held) -> Model:
    connect(api)
    return a_trained_model(api, studio, tmp_path)


def test_a_person_looks_at_what_will_leave_and_publishes_it(
    page: Page, studio_url: str, model: Model, hub: Held, publishing_worker: RunningWorker
) -> None:
    page.goto(f"{studio_url}/models/{model.id}")
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_role("textbox", name="Repository")).to_have_value("ada/m")
    look(page, "form")
    page.get_by_role("combobox", name="Licence").fill("apache 2")
    page.get_by_role("textbox", name="Languages").fill("en, de")
    page.get_by_role("button", name="Look at what will be sent").click()
    expect(page.get_by_role("alert")).to_contain_text("Under which licence may it be used?")
    look(page, "wrong")
    page.get_by_role("combobox", name="Licence").fill("apache-2.0")
    page.get_by_role("button", name="Look at what will be sent").click()
    plan = page.locator("#plan")
    expect(plan).to_contain_text("no rows of your data")
    expect(plan).to_contain_text("model.safetensors")
    expect(plan).to_contain_text("license: apache-2.0")
    look(page, "plan")
    assert hub.repos == {}
    plan.get_by_role("button", name="Publish privately").click()
    done = page.locator("#work")
    look(page, "working")
    expect(done).to_contain_text("to the byte, what you looked at", timeout=MINUTE)
    look(page, "done")
    assert hub.repos["ada/m"].private
    page.goto(f"{studio_url}/models/{model.id}")
    expect(page.get_by_role("link", name="ada/m")).to_be_visible()
    look(page, "model")


def look(page: Page, name: str) -> None:
    folder = os.environ.get("LOOK")
    if folder:
        for width in (1280, 360):
            for theme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=theme)
                page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
                if width == 360:
                    print(name, page.evaluate("() => document.documentElement.scrollWidth"))
        page.set_viewport_size({"width": 1280, "height": 800})
