"""A version's pages: its columns arranged, what was noticed in it, its conversions, its review."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.accounts.people import THE_PERSON
from backend.datasets import service
from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.profile import Suspect
from backend.recipes.schemas import Mapping
from backend.studio import Studio
from tests.browser.looked_at import ask, notice

PAIRS = Mapping(inputs=["question", "answer"])
CSV = "id,question,answer,topic\n" + "".join(
    f"{n},Where is number {n}?,It is on shelf {n % 7} of the room.,{'map' if n % 2 else 'book'}\n"
    for n in range(30)
)


@pytest.fixture
def brought(studio: Studio, studio_url: str, tmp_path: Path) -> Callable[[str], str]:
    """Bring a CSV file; the answer is its version's id."""

    def bring(csv: str = CSV) -> str:
        path = tmp_path / "shelf.csv"
        path.write_text(csv)
        return str(service.import_path(studio, THE_PERSON, path).version.id)

    return bring


def query_of(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query)


def texts_in(page: Page) -> list[str]:
    return [value for name, value in query_of(page) if name == "text"]


def test_columns_are_reordered_left_out_and_renamed_and_the_address_says_so(
    page: Page, studio_url: str, brought
) -> None:
    version = brought()
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_text("Change columns").click()
    page.get_by_role("button", name="Move answer up").click()
    expect(page.locator(".arrange .name").first).to_have_text("answer")
    assert texts_in(page) == ["answer", "question"]
    page.locator(".arrange > li", has_text="topic").get_by_label("Used as").select_option("label")
    page.wait_for_url("**label=topic*")
    page.locator(".arrange > li").first.get_by_label("New name").fill("reply")
    page.keyboard.press("Tab")
    page.wait_for_url("**new=reply*")
    preview = page.get_by_role("region", name="How it will be read")
    expect(preview.get_by_role("columnheader").first).to_contain_text("reply")
    expect(preview.locator("tbody tr").first).to_contain_text("It is on shelf 0")
    page.reload()
    expect(page.locator(".arrange .name").first).to_have_text("answer")
    page.get_by_role("link", name="Plan a training").click()
    expect(page.get_by_label(re.compile("^Text 1"))).to_have_value("answer")
    expect(page.get_by_label("Label or score")).to_have_value("topic")


def test_a_column_can_be_dragged_before_another(page: Page, studio_url: str, brought) -> None:
    page.goto(f"{studio_url}/data/{brought()}")
    page.get_by_text("Change columns").click()
    names = page.locator(".arrange .name")
    names.nth(1).drag_to(names.nth(0))
    page.wait_for_url("**text=answer&text=question*")


def test_without_a_text_the_page_says_what_is_missing(page: Page, studio_url: str, brought) -> None:
    version = brought("question\n" + "How?\nWhy?\n" * 9)
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_text("Change columns").click()
    page.get_by_label("Used as").select_option("none")
    expect(page.get_by_role("alert")).to_contain_text("choose at least one column")
    expect(page.get_by_role("link", name="Plan a training")).to_have_count(0)


def test_columns_are_arranged_without_script(browser: Browser, studio_url: str, brought) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{studio_url}/data/{brought()}")
    page.get_by_text("Change columns").click()
    page.get_by_role("button", name="Move answer up").click()
    assert texts_in(page) == ["answer", "question"]
    page.locator(".arrange > li", has_text="topic").get_by_label("Used as").select_option("label")
    page.get_by_role("button", name="Use these columns").last.click()
    assert ("label", "topic") in query_of(page)
    context.close()


DUPLICATES = Finding(
    kind=FindingKind.EXACT_DUPLICATES,
    sentence="3 rows appear twice.",
    count=3,
    looked_at=30,
    groups=[[4, 29], [2, 7]],
    remedies=[
        Remedy(
            label="Remove them",
            operations=[{"name": "drop_rows", "parameters": {"rows": [29, 7]}}],
        )
    ],
)
SURPLUS = Finding(
    kind=FindingKind.SURPLUS_COLUMNS,
    sentence="The questions stand where the answers should.",
    count=30,
    looked_at=30,
    remedies=[Remedy(label="Turn them round", mapping={"inputs": ["answer", "question"]})],
)


def test_findings_come_by_themselves_and_show_their_rows(
    page: Page, studio: Studio, studio_url: str, brought
) -> None:
    version = brought()
    ask(studio, version)
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_text("Change columns").click()
    expect(page.locator("#noticed")).to_contain_text("Looking")
    notice(studio, version, PAIRS, [DUPLICATES, SURPLUS])
    expect(page.locator(".findings > li")).to_have_count(2)
    expect(page.locator("#columns")).to_have_attribute("open", "")
    page.get_by_role("link", name="See rows").click()
    numbers = page.locator("#rows tbody tr td:first-child")
    expect(numbers).to_have_text(["5", "30", "3", "8"])
    page.get_by_role("link", name="Show all rows").click()
    expect(numbers).to_have_count(20)


def test_a_remedy_of_the_columns_is_a_step_to_another_address(
    page: Page, studio: Studio, studio_url: str, brought
) -> None:
    version = brought()
    ask(studio, version)
    notice(studio, version, PAIRS, [DUPLICATES, SURPLUS])
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_role("link", name="Turn them round").click()
    assert texts_in(page) == ["answer", "question"]
    expect(page.get_by_text("These checks were made with other columns")).to_be_visible()


def test_a_remedy_of_the_rows_makes_a_new_version_and_can_be_undone(
    page: Page, studio: Studio, studio_url: str, brought, cpu_worker
) -> None:
    version = brought()
    ask(studio, version)
    notice(studio, version, PAIRS, [DUPLICATES])
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_role("button", name="Remove them").click()
    page.wait_for_url(re.compile(rf"/data/dsv_(?!{version[4:]})"), timeout=60_000)
    expect(page.locator(".lead")).to_contain_text("28 rows")
    expect(page.get_by_text("Left out 2 rows.").first).to_be_visible()
    page.get_by_role("link", name="Go back to before this change").click()
    expect(page).to_have_url(re.compile(version))
    expect(page.locator(".lead")).to_contain_text("30 rows")


def test_a_conversion_shows_what_it_makes_before_it_is_made(
    page: Page, studio_url: str, brought, cpu_worker
) -> None:
    version = brought()
    page.goto(f"{studio_url}/data/{version}?text=question&label=topic")
    page.get_by_role("link", name="Convert or repair").click()
    page.get_by_role("link", name=re.compile("and one of another class")).click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("question")
    expect(page.get_by_label("Label", exact=True)).to_have_value("topic")
    after = page.get_by_role("region", name="After")
    expect(after.get_by_role("columnheader")).to_have_text(["anchor", "positive", "negative"])
    page.get_by_text("More settings").click()
    page.get_by_label("Per text").fill("3")
    page.keyboard.press("Tab")
    expect(page.locator("#preview [role=status]")).to_contain_text(
        "Made 90 triplets of 30", use_inner_text=True
    )
    page.get_by_label("Per text").fill("none at all")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Per text")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[id='set.per_text-note']")).to_contain_text("valid integer")
    page.get_by_label("Per text").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#preview [role=status]")).to_contain_text("Made 60 triplets")
    page.get_by_role("button", name="Make this version").click()
    page.wait_for_url(re.compile(rf"/data/dsv_(?!{version[4:]})"), timeout=60_000)
    expect(page.locator(".lead")).to_contain_text("60 rows")
    expect(page.locator(".chip")).to_have_count(3)


def test_a_wrong_setting_makes_no_version(page: Page, studio_url: str, brought) -> None:
    page.goto(f"{studio_url}/data/{brought()}/convert/sample")
    page.get_by_label("Rows").fill("0")
    page.get_by_role("button", name="Make this version").click()
    expect(page.get_by_label("Rows")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Rows")).to_have_value("0")


def suspect(row: int) -> Suspect:
    return Suspect(
        row=row,
        column="answer",
        text_row=row + 1,
        anchor_column="question",
        own_column="answer",
        score=0.91,
        own_score=0.72,
        as_near_as=0.8,
    )


def test_wrong_answers_are_reviewed_by_keys_and_nothing_goes_unasked(
    page: Page, studio: Studio, studio_url: str, brought
) -> None:
    version = brought()
    ask(studio, version, with_model=True)
    finding = Finding(
        kind=FindingKind.FALSE_NEGATIVES,
        sentence="3 wrong answers look right.",
        count=3,
        looked_at=30,
        needs_review=True,
    )
    notice(studio, version, PAIRS, [finding], (suspect(0), suspect(10), suspect(20)))
    page.goto(f"{studio_url}/data/{version}")
    page.get_by_role("link", name="Review one by one").click()
    place = page.locator("#review [role=status]")
    expect(page.locator(".asked")).to_contain_text("Where is number 0?")
    page.keyboard.press("y")
    expect(place).to_contain_text("1 of 3 answered")
    expect(page.locator(".asked")).to_contain_text("Where is number 10?")
    page.keyboard.press("n")
    expect(page.locator(".asked")).to_contain_text("Where is number 20?")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".asked")).to_contain_text("Where is number 10?")
    expect(page.get_by_role("button", name="No, wrong")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{studio_url}/data/{version}/review/false_negatives")
    expect(page.locator(".asked")).to_contain_text("Where is number 20?")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="1 answer is right, too")).to_be_visible()
    expect(page.get_by_text("1 are wrong, 1 were skipped")).to_be_visible()
    page.get_by_role("button", name=re.compile("Leave out 1 row")).click()
    page.wait_for_url("**/data/changes/job_*")


PATHS = (
    "?text=answer",
    "/convert",
    "/convert/filter",
    "/convert/drop_duplicates",
    "/review/false_negatives",
)


LONG = "a_name_that_nothing_breaks_however_long_it_is_and_this_one_is_long"


@pytest.mark.parametrize("csv", [CSV, CSV.replace("topic", LONG).replace("shelf", LONG)])
def test_the_pages_of_a_version_fit_a_phone(
    csv: str, page: Page, studio: Studio, studio_url: str, brought
) -> None:
    version = brought(csv)
    ask(studio, version, with_model=True)
    notice(studio, version, PAIRS, [DUPLICATES, SURPLUS], (suspect(0),))
    page.set_viewport_size({"width": 360, "height": 740})
    widths = {}
    for path in PATHS:
        answer = page.goto(f"{studio_url}/data/{version}{path}")
        assert answer is not None
        assert answer.ok
        widths[path] = page.evaluate("() => document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > 360} == {}
