"""A file on its way into the studio, and what is said of it."""

from playwright.sync_api import Page, expect

from tests.runs.trainings import pairs_csv

DROP = "file-drop"


def file(content: bytes, name: str = "pairs.csv") -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def test_a_chosen_file_is_read_and_shown(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    page.locator("#file").set_input_files(file(pairs_csv(30)))
    page.wait_for_url("**/data/dsv_*")
    expect(page.get_by_role("heading", level=1)).to_have_text("pairs")
    expect(page.locator("#rows tbody tr")).to_have_count(20)
    page.get_by_role("link", name="Next rows").click()
    expect(page.locator("#rows tbody tr")).to_have_count(10)


def test_a_file_that_is_let_go_over_the_page_is_taken(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    carried = page.evaluate_handle(
        """(text) => {
          const carried = new DataTransfer();
          carried.items.add(new File([text], "dropped.csv"));
          return carried;
        }""",
        pairs_csv(30).decode(),
    )
    page.dispatch_event(DROP, "drop", {"dataTransfer": carried})
    page.wait_for_url("**/data/dsv_*")
    expect(page.get_by_role("heading", level=1)).to_have_text("dropped")


def test_a_broken_file_is_explained_in_place_and_the_next_is_taken(
    page: Page, studio_url: str
) -> None:
    page.goto(studio_url)
    page.locator("#file").set_input_files(file(b"a,b\n1,2\n1,2,3,4\n"))
    expect(page.locator(f"{DROP} [role=alert]")).to_contain_text("ine 3")
    page.locator("#file").set_input_files(file(pairs_csv(30)))
    page.wait_for_url("**/data/dsv_*")


def test_rows_are_found_by_a_text_of_theirs(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    page.locator("#file").set_input_files(file(b"a,b\n" + b"one,<b>two</b>\nthree,four\n" * 10))
    page.wait_for_url("**/data/dsv_*")
    page.get_by_label("Find rows with").fill("<b>two")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#rows tbody tr")).to_have_count(10)
    expect(page.locator("#rows tbody tr").first).to_contain_text("<b>two</b>")


def test_several_files_become_one(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    page.locator("#file").set_input_files([file(b"a,b\n1,x\n"), file(b"a,b\n2,y\n", "more.csv")])
    page.wait_for_url("**/data/dsv_*")
    expect(page.locator("#rows tbody tr")).to_have_count(2)


def test_a_pasted_table_is_read_and_a_broken_one_stays_to_be_mended(
    page: Page, studio_url: str
) -> None:
    page.goto(f"{studio_url}/data")
    page.get_by_text("Paste a table").click()
    page.get_by_label("Cells from a spreadsheet").fill("a\tb\n1\t2\t3\n")
    page.get_by_role("button", name="Read this table").click()
    expect(page.get_by_role("alert")).to_contain_text("ine 2")
    expect(page.get_by_label("Cells from a spreadsheet")).to_have_value("a\tb\n1\t2\t3\n")
    page.get_by_label("Cells from a spreadsheet").fill("question\tanswer\nwhat, then?\tthis\n")
    page.get_by_role("button", name="Read this table").click()
    page.wait_for_url("**/data/dsv_*")
    expect(page.locator("#rows tbody")).to_contain_text("what, then?")


def test_the_sample_says_that_it_is_being_collected(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    page.route("**/data/sample", lambda held: held.fulfill(status=204))  # the page stays
    page.get_by_role("button", name="Try with sample text").click()
    expect(page.locator(f"{DROP} [data-part=state]")).to_contain_text("Collecting")
    page.unroute_all()
    page.get_by_role("button", name="Try with sample text").click()
    page.wait_for_url("**/data/dsv_*", timeout=100_000)


def test_a_file_can_be_sent_without_script(browser, studio_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(studio_url)
    page.locator("#file").set_input_files(file(b"a,b\n1,2\n1,2,3,4\n"))
    page.get_by_role("button", name="Read this file").click()
    expect(page.get_by_role("alert")).to_contain_text("ine 3")
    context.close()
