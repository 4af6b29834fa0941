"""What a page is to a browser, to htmx, and to a program."""

import httpx2
import pytest

from backend.web.templates import data
from backend.web.theme import own_path

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
NO_RUN = "/runs/run_01h455vb4pex5vsknk084sn02q"


def test_a_browser_reads_a_problem_as_a_page_in_the_apis_words(
    api: httpx2.Client, studio_url: str
) -> None:
    told = api.get(NO_RUN.removeprefix("/")).json()
    shown = httpx2.get(studio_url + NO_RUN, headers=BROWSER)
    assert shown.status_code == told["status"] == 404
    assert shown.headers["content-type"].startswith("text/html")
    assert f"<h1>{told['title']}</h1>" in shown.text


def test_an_address_with_nothing_says_what_to_do(studio_url: str) -> None:
    shown = httpx2.get(f"{studio_url}/nothing-here", headers=BROWSER)
    assert shown.status_code == 404
    assert "<h1>There is nothing at this address</h1>" in shown.text
    assert "begin at the start page" in shown.text


def test_an_address_that_takes_other_methods_names_them(api: httpx2.Client) -> None:
    told = api.put("runs", json={})
    assert (told.status_code, told.json()["code"]) == (405, "method_not_allowed")
    assert told.json()["title"] == "This address doesn't do that"
    assert "GET" in told.headers["allow"] or "POST" in told.headers["allow"]


def test_a_program_reads_it_as_json(studio_url: str) -> None:
    told = httpx2.get(studio_url + NO_RUN, headers={"Accept": "*/*"})
    assert told.headers["content-type"] == "application/problem+json"


def test_htmx_gets_a_problem_as_a_piece_for_the_alerts(studio_url: str) -> None:
    partial = BROWSER | {"HX-Request-Type": "partial"}
    told = httpx2.get(studio_url + NO_RUN, headers=partial)
    assert "<html" not in told.text
    assert told.headers["hx-retarget"] == "#alerts"


def test_a_fragment_is_a_part_of_its_page(studio_url: str) -> None:
    whole = httpx2.get(studio_url, headers=BROWSER)
    piece = httpx2.get(studio_url, headers=BROWSER | {"HX-Request-Type": "partial"})
    assert piece.text.strip() in whole.text
    assert "<html" in whole.text
    assert "<html" not in piece.text
    assert whole.headers["vary"] == piece.headers["vary"] == "HX-Request-Type"


def test_no_text_can_end_the_data_of_a_page() -> None:
    assert "<" not in data({"text": "</script><script>alert(1)</script>"})


@pytest.mark.parametrize("path", ["//elsewhere.example", "/\\elsewhere", "https://x", "", "/a\nb"])
def test_a_form_leads_nowhere_else(path: str) -> None:
    assert own_path(path) == "/"


def test_a_form_leads_back_where_it_was_sent() -> None:
    assert own_path("/data?cursor=x") == "/data?cursor=x"
