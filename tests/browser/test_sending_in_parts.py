"""A large file on its way: in parts, through a restart of the studio, a reload, a change of mind."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from backend.datasets.tables import Upload
from backend.settings import Settings
from backend.studio import Studio
from tests.processes import RunningServer, RunningWorker, ended_in_time

STATE = "file-drop [data-part=state]"
PART_BYTES = 250_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"upload_part_bytes": PART_BYTES})


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Five megabytes of questions with their answers."""
    path = tmp_path / "questions.csv"
    with path.open("w") as file:
        file.write("question,answer\n")
        file.writelines(f"what is number {n},{'it is ' * 40}{n}\n" for n in range(19_000))
    return path


class Line:
    """How fast the browser sends: slowly, until the test has seen what it wants to see."""

    def __init__(self, page: Page) -> None:
        self._line = page.context.new_cdp_session(page)
        self._line.send("Network.enable")
        self._send(300_000)

    def full_speed(self) -> None:
        self._send(-1)

    def _send(self, bytes_per_second: float) -> None:
        figures = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
        self._line.send("Network.emulateNetworkConditions", {"offline": False, **figures})


def parts_sent(page: Page) -> list[int]:
    """The numbers of the parts that are sent from now on."""
    numbers: list[int] = []
    page.on("request", lambda request: numbers.extend(part_of(request.url)))
    return numbers


def parts_kept(page: Page) -> list[int]:
    """The numbers of the parts of which the studio says from now on that it has them."""
    numbers: list[int] = []
    page.on("response", lambda answer: numbers.extend(part_of(answer.url) if answer.ok else []))
    return numbers


def part_of(url: str) -> list[int]:
    return [int(n) for n in re.findall(r"/uploads/upl_\w+/parts/(\d+)$", url)]


def test_a_studio_that_starts_again_in_the_middle_is_waited_for(
    page: Page, server: RunningServer, large: Path
) -> None:
    page.goto(server.url)
    line = Line(page)
    kept = parts_kept(page)
    page.locator("#file").set_input_files(large)
    look = page.locator("file-drop .look")
    expect(look).to_contain_text("questions.csv: this looks like", timeout=10_000)
    server.stop()
    expect(page.locator(STATE)).to_contain_text("Trying again in", timeout=10_000)
    line.full_speed()
    server.start()
    page.wait_for_url("**/data/dsv_*", timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("questions")
    assert sorted(kept) == list(range(1, large.stat().st_size // PART_BYTES + 2))


def test_the_same_file_goes_on_after_a_reload(page: Page, studio_url: str, large: Path) -> None:
    page.goto(studio_url)
    line = Line(page)
    first = parts_sent(page)
    page.locator("#file").set_input_files(large)
    expect(page.locator(STATE)).to_contain_text(re.compile(r"[1-9]\d %"), timeout=10_000)
    begun = max(first)
    page.reload()
    expect(page.locator(STATE)).to_contain_text("questions.csv is not here whole")
    line.full_speed()
    sent = parts_sent(page)
    page.locator("#file").set_input_files(large)
    page.wait_for_url("**/data/dsv_*", timeout=30_000)
    assert min(sent) >= begun > 1
    assert len(sent) == len(set(sent))


def test_stopping_leaves_nothing(page: Page, studio: Studio, studio_url: str, large: Path) -> None:
    page.goto(studio_url)
    Line(page)
    page.locator("#file").set_input_files(large)
    expect(page.locator(STATE)).to_contain_text(re.compile(r"[1-9]\d? %"), timeout=10_000)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Stop sending").click()
    expect(page.locator(STATE)).to_be_empty()
    with studio.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Upload)) == 0
    page.reload()
    expect(page.locator(STATE)).to_be_empty()


def test_a_large_file_that_is_broken_is_explained(page: Page, studio_url: str, large: Path) -> None:
    large.write_text(large.read_text() + "one,two,three,four\n")
    page.goto(studio_url)
    page.locator("#file").set_input_files(large)
    expect(page.locator("file-drop [role=alert]")).to_contain_text("19,002", timeout=20_000)


@pytest.mark.timeout(180)
def test_what_takes_a_while_has_a_page_that_leads_on(
    page: Page,
    studio: Studio,
    server: RunningServer,
    environment: dict[str, str],
    empty_broker: None,
    large: Path,
    tmp_path: Path,
) -> None:
    server.stop()
    server._settings = server._settings.model_copy(update={"import_here_bytes": 1_000})
    server.start()
    page.goto(server.url)
    page.locator("#file").set_input_files(large)
    page.wait_for_url("**/data/imports/job_*", timeout=20_000)
    expect(page.locator("#import")).to_contain_text("questions.csv: this looks like")
    expect(page.locator("#import")).to_contain_text("You can close this page")
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        page.wait_for_url("**/data/dsv_*", timeout=60_000)
        assert ended_in_time(running)
