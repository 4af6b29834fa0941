"""The run's page while the run works: it grows by itself, and loses nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.held_run import HeldRun
from tests.browser.wire import Wire
from tests.processes import RunningServer

LOSS = "metric-chart[data-key=loss]"
TELL_CLOSING = """() => document.addEventListener("htmx:sse:close",
  (event) => { document.body.dataset.closed = event.detail.reason })"""


def points(page: Page, number: int) -> None:
    """Wait until the loss has been drawn with so many points. A page that was cut off waits up to
    five seconds before it asks again."""
    expect(page.locator(LOSS)).to_have_attribute("data-points", str(number), timeout=15_000)


def log_lines(page: Page) -> list[str]:
    return page.locator(".log li span").all_inner_texts()


def test_the_curve_grows_without_reload(page: Page, studio_url: str, held: HeldRun) -> None:
    held.train(1, 2, 3)
    page.goto(f"{studio_url}/runs/{held.id}")
    page.evaluate("() => { document.body.dataset.same = 'yes' }")
    points(page, 3)
    held.train(4, 5)
    held.train(6)
    points(page, 6)
    expect(page.locator("#status")).to_contain_text("step 6 of 400")
    expect(page.locator("body")).to_have_attribute("data-same", "yes")


def test_the_metric_is_drawn_beside_the_base_models(
    page: Page, studio_url: str, held: HeldRun
) -> None:
    held.measure(0, 0.412, of="base")
    page.goto(f"{studio_url}/runs/{held.id}")
    held.measure(40, 0.455)
    chart = page.locator("metric-chart").first
    expect(chart).to_have_attribute("data-points", "2")
    expect(chart.locator("[data-series=tuned] output")).to_have_text("0.455")
    expect(chart.locator("[data-series=base] output")).to_have_text("0.412")
    expect(chart.get_by_role("img")).to_have_attribute(
        "aria-label", "From 0.412 to 0.455 in 40 steps; best 0.455."
    )


def test_a_cut_connection_loses_no_event_and_doubles_none(
    page: Page, server: RunningServer, held: HeldRun
) -> None:
    held.train(1)
    with Wire(server.port) as wire:
        page.goto(f"{wire.url}/runs/{held.id}")
        for first in range(2, 42, 10):
            held.train(*range(first, first + 5))
            held.say(f"line {first}")
            points(page, first + 4)
            wire.cut()
            held.train(*range(first + 5, first + 10))
            held.say(f"line {first + 5}")
            points(page, first + 9)
    page.locator(f"{LOSS} summary").click()
    rows = page.locator(f"{LOSS} tbody tr")
    expect(rows).to_have_count(41)
    steps = rows.locator("td:first-child").all_inner_texts()
    assert steps == [str(n) for n in range(1, 42)]
    told = [line for line in log_lines(page) if line.startswith("line")]
    assert told == [f"line {n}" for n in range(2, 42, 5)]


def test_a_restarted_server_is_found_again(
    page: Page, server: RunningServer, held: HeldRun
) -> None:
    held.train(1, 2)
    page.goto(f"{server.url}/runs/{held.id}")
    points(page, 2)
    server.stop()
    held.train(3, 4)
    server.start()
    points(page, 4)


def test_what_a_later_attempt_does_again_is_drawn_once(
    page: Page, studio_url: str, held: HeldRun
) -> None:
    held.train(1, 2, 3, 4)
    page.goto(f"{studio_url}/runs/{held.id}")
    points(page, 4)
    held.train(3)
    points(page, 3)
    page.reload()
    points(page, 3)


def test_the_end_is_told_and_the_stream_is_closed(
    page: Page, studio_url: str, held: HeldRun
) -> None:
    held.train(1)
    page.goto(f"{studio_url}/runs/{held.id}")
    points(page, 1)
    page.evaluate(TELL_CLOSING)
    held.end()
    expect(page.locator("body")).to_have_attribute("data-closed", "message")
    expect(page.locator(".badge")).to_have_text("stopped")
    expect(page.get_by_role("button", name="Stop training")).to_have_count(0)
    expect(page.get_by_role("link", name="Plan another like this")).to_be_visible()


def test_home_shows_a_run_end_without_reload(page: Page, studio_url: str, held: HeldRun) -> None:
    held.train(1)
    page.goto(studio_url)
    row = page.locator("#runs li")
    expect(row.locator(".badge")).to_have_text("training")
    held.end()
    expect(row.locator(".badge")).to_have_text("stopped")
    expect(page.get_by_role("heading", name="Running now")).to_have_count(0)
    expect(row.locator("time")).to_have_text("now")


def test_stop_is_a_button_that_works_without_script(
    browser, studio_url: str, held: HeldRun
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{studio_url}/runs/{held.id}")
    page.get_by_role("button", name="Stop training").click()
    expect(page).to_have_url(f"{studio_url}/runs/{held.id}")
    expect(page.locator(".log")).to_contain_text("asked to stop")
    context.close()


@pytest.mark.parametrize("scrolls_up", [True, False])
def test_the_log_follows_until_the_reader_scrolls_up(
    page: Page, studio_url: str, held: HeldRun, scrolls_up: bool
) -> None:
    for n in range(40):
        held.say(f"line {n}")
    page.goto(f"{studio_url}/runs/{held.id}")
    log = page.locator(".log")
    log.scroll_into_view_if_needed()
    expect(log.locator("li").last).to_be_in_viewport()
    if scrolls_up:
        log.evaluate("(log) => { log.scrollTop = 0 }")
        expect(page.get_by_label("keep to the newest")).not_to_be_checked()
    held.say("the newest line")
    newest = log.get_by_text("the newest line")
    expect(newest).to_have_count(1)
    at_end = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    assert log.evaluate(at_end) is not scrolls_up
