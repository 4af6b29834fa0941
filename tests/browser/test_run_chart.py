"""A run's own charts: another run's curve in them, and looking closer."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.held_run import HeldRun

LOSS = "metric-chart[data-key=loss]"


def test_another_runs_curve_stands_in_the_same_chart(
    page: Page, studio_url: str, studio, api, held: HeldRun
) -> None:
    held.train(*range(1, 21))
    other = HeldRun(studio, api)
    other.train(2, 5, 40)
    page.goto(f"{studio_url}/runs/{held.id}")
    page.get_by_label("Compare with").select_option(other.id)
    page.get_by_role("button", name="Show").click()
    chart = page.locator(LOSS)
    expect(chart.locator("[data-series=other] output")).to_have_text("0.05")  # 2 / 40
    chart.locator("summary").click()
    rows = [row.split() for row in chart.locator("tbody tr").all_inner_texts()]
    assert rows[:3] == [["1", "2"], ["2", "1", "1"], ["3", "0.6667", "1"]]
    assert rows[-1] == ["20", "0.1", "0.4"]
    held.train(21)
    expect(chart).to_have_attribute("data-points", "21")


def test_one_looks_closer_by_drawing_over_a_curve_or_by_keys_and_back(
    page: Page, studio_url: str, held: HeldRun
) -> None:
    held.train(*range(1, 101))
    page.goto(f"{studio_url}/runs/{held.id}")
    chart = page.locator(LOSS)
    whole = chart.get_by_role("button", name="Whole run")
    expect(whole).to_be_hidden()
    over = chart.locator(".u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=5)
    page.mouse.up()
    expect(whole).to_be_visible()
    drawn = looked_at(page)
    assert drawn == (pytest.approx(100, abs=3), pytest.approx(200, abs=3))  # of 400 steps
    held.train(101)
    expect(chart).to_have_attribute("data-points", "101")
    assert looked_at(page) == drawn

    chart.locator(".canvas").focus()
    page.keyboard.press("+")
    closer = looked_at(page)
    assert (drawn[0] < closer[0], closer[1] < drawn[1]) == (True, True)
    page.keyboard.press("ArrowLeft")
    moved = looked_at(page)
    assert (moved[0] < closer[0], moved[1] - moved[0]) == (True, closer[1] - closer[0])
    page.reload()
    expect(whole).to_be_visible()
    assert looked_at(page) == moved
    whole.click()
    expect(whole).to_be_hidden()
    assert "zoom" not in page.url


def looked_at(page: Page) -> tuple[int, int]:
    """By the address, which a reload keeps."""
    begin, _, end = page.url.partition("zoom-loss=")[2].partition("-")
    return int(begin), int(end)
