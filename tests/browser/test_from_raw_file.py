"""Real data goes from its raw file to a plan that the studio accepts, by the browser alone.

Nothing is edited by hand. Every press is counted, and the sentence about the data is timed.
"""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import real_data
from tests.real_data import real

pytestmark = real_data.needed

FIRST_SENTENCE_SECONDS = 10
CLICKS = 3
"""The file is chosen; Plan a training; Start training, which the one validation stands before."""

STSB = ("stsb/stsb-en-train.csv", "stsb/stsb-en-dev.csv", "stsb/stsb-en-test.csv")
BANKING = ("banking77/train.csv", "banking77/test.csv")


class Hand:
    """Presses, and counts."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def choose(self, where: Locator, files: list[Path]) -> None:
        self.clicks += 1
        where.set_input_files(files)


def cranfield(folder: Path) -> list[Path]:
    path = folder / "cranfield.zip"
    path.write_bytes(real_data.cranfield_as_beir())
    return [path]


FILES = {
    "stsb": (lambda _: [real(name) for name in STSB], "a score of how alike they are"),
    "banking77": (lambda _: [real(name) for name in BANKING], "texts in 77 classes"),
    "med": (lambda _: [real("med/MED.tsv")], "each in one of 2 classes"),
    "cranfield": (cranfield, "a BEIR collection"),
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "name",
    ["banking77", *(pytest.param(n, marks=pytest.mark.slow) for n in FILES if n != "banking77")],
)
def test_three_clicks_lead_from_the_raw_file_to_a_training(
    name: str, page: Page, studio_url: str, tmp_path: Path, cpu_worker
) -> None:
    files, sentence = FILES[name]
    hand = Hand()
    chosen = files(tmp_path)
    page.goto(studio_url)
    began = time.monotonic()
    hand.choose(page.locator("#file"), chosen)
    expect(page.get_by_text(sentence).first).to_be_visible(timeout=FIRST_SENTENCE_SECONDS * 1_000)
    seconds = time.monotonic() - began
    page.wait_for_url("**/data/dsv_*", timeout=60_000)
    expect(page.locator(".lead")).to_contain_text(sentence)
    hand.click(page.get_by_role("link", name="Plan a training"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan a training")
    expect(page.get_by_role("alert")).to_have_count(0)
    hand.click(page.get_by_role("button", name="Start training").last)
    page.wait_for_url("**/runs/run_*")
    print(f"{name}: {hand.clicks} clicks; first sentence after {seconds:.1f} s")
    assert hand.clicks == CLICKS


@pytest.mark.timeout(180)
def test_what_the_worker_noticed_comes_by_itself(
    page: Page, studio_url: str, tmp_path: Path, cpu_worker
) -> None:
    """MED repeats sentences and has columns that hold nothing: a real look at it says something."""
    page.goto(studio_url)
    page.locator("#file").set_input_files([real("med/MED.tsv")])
    page.wait_for_url("**/data/dsv_*", timeout=60_000)
    expect(page.locator(".findings > li").first).to_be_visible(timeout=120_000)
    expect(page.locator("#noticed")).not_to_contain_text("Looking")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
