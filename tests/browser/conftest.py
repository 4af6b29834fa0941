"""A real Chromium at a real studio. Whatever breaks on a page, or against its policy, is a failure."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from backend.settings import Settings
from backend.studio import Studio
from tests.browser.held_run import HeldRun
from tests.hub_worker import hub_worker
from tests.processes import RunningServer, RunningWorker, ended_in_time
from tests.publishing_hub import Held, publishing_hub
from tools.bring_browser import find

# One that runs in a container too, and calls nobody.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("violates", event.violatedDirective, event.blockedURI, event.sourceFile));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A test that holds a run may take its time."""
    return settings.model_copy(update={"lost_seconds": 600.0})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("no Chromium starts here; `python -m tools.bring_browser` says why")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is 1280 wide and light. Uncaught errors and violations fail the test."""
    with_faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    opened = context.new_page()
    opened.add_init_script(TELL_VIOLATIONS)
    opened.on("pageerror", lambda error: with_faults.append(str(error)))
    opened.on(
        "console",
        lambda said: with_faults.append(said.text) if said.text.startswith("violates") else None,
    )
    yield opened
    context.close()
    assert not with_faults


@pytest.fixture
def held(studio: Studio, server: RunningServer, api: httpx2.Client) -> HeldRun:
    return HeldRun(studio, api)


@pytest.fixture
def cpu_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str]
) -> Iterator[RunningWorker]:
    """A real Celery worker of the queue `cpu`: it reads, looks at and changes data."""
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        yield running
        assert ended_in_time(running), "the worker must leave when it is told to"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """A double where the Hub would be."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with publishing_hub() as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        yield held


@pytest.fixture
def publishing_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str], tmp_path: Path, hub: Held
) -> Iterator[RunningWorker]:
    """A worker that reaches the double of the Hub."""
    with hub_worker(studio, environment, tmp_path / "hub-home", hub.address) as running:
        yield running
