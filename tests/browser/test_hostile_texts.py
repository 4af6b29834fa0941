"""A dataset that a stranger made, on every page that shows something of it: it is text, and stays it.

The `page` fixture fails for what runs, or breaks the policy; here each hostile text would also leave
a mark in the page. Row 15 of the checklist.
"""

import csv
import io
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from backend.datasets.findings.finding import Finding, FindingKind
from backend.recipes.schemas import Mapping
from backend.studio import Studio
from tests.browser.held_run import HeldRun
from tests.browser.looked_at import ask, notice
from tests.runs.trainings import recipe_for, upload

MARK = "window.hostile=1"
EVIL = [
    f"<script>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    f"\"><svg onload='{MARK}'>",
    f"javascript:{MARK}",
    f"</script><script>{MARK}</script>",
    f"<button hx-get=/evil hx-trigger=load>{MARK}</button>",
    f"<a href='data:text/html,<script>{MARK}</script>'>a</a>",
    f"{{{{{MARK}}}}}",
    f"<style>*{{background:url(//evil.example/x)}}</style>{MARK}",
    f"<!--<script>{MARK}",
]
NAME = EVIL[0]


def hostile_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([EVIL[1], EVIL[2]])
    writer.writerows([f"{evil} {n}", f"{n} {evil}"] for n in range(12) for evil in EVIL)
    return out.getvalue().encode()


@pytest.fixture
def version(api, studio: Studio) -> str:
    found = str(upload(api, hostile_csv(), f"{NAME}.csv")["id"])
    names = [column["name"] for column in api.get(f"dataset-versions/{found}").json()["columns"]]
    mapping = Mapping(inputs=names[:2])
    sentence = Finding(
        kind=FindingKind.HTML, sentence=f"{NAME} holds HTML.", count=1, looked_at=1, rows=[0]
    )
    ask(studio, found)
    notice(studio, found, mapping, [sentence])
    return found


def test_no_page_runs_what_a_dataset_says(
    page: Page, api, server, held: HeldRun, version: str
) -> None:
    recipe = recipe_for(api, version) | {"name": NAME}
    run = api.post("runs", json={"recipe": recipe}).json()
    held.say(f"{NAME} in the log")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    places = [
        "/",
        "/data",
        f"/data/{version}",
        f"/data/{version}?finding=html",
        f"/data/{version}?q=%3Cscript%3E",
        f"/data/{version}/convert",
        f"/data/{version}/convert/filter",
        f"/plan?version={version}",
        "/runs",
        f"/runs/{run['id']}",
        f"/runs/{held.id}",
        "/models",
        f"/nowhere/{EVIL[1]}?q={EVIL[0]}",
    ]
    for place in places:
        answer = page.goto(server.url + place)
        assert answer is not None
        assert answer.status < 500
        assert page.evaluate("() => window.hostile ?? null") is None, place
        assert (
            page.locator("main script:not([type='application/json']), [hx-get='/evil']").count()
            == 0
        )
    foreign = [url for url in asked if not url.startswith((server.url, "data:"))]
    assert foreign == []
    assert not [url for url in asked if url.endswith("/evil")]
    page.goto(f"{server.url}/data/{version}")
    assert MARK in page.locator("main").inner_text()


def test_a_problem_shows_the_text_that_it_is_about(page: Page, api, server, version: str) -> None:
    asked = {"operations": [{"name": NAME, "parameters": {}}]}
    told = api.post(f"dataset-versions/{version}/operations", json=asked)
    assert told.status_code == 422
    assert NAME in told.json()["detail"]
    page.goto(f"{server.url}/data/{version}/convert/{quote(NAME, safe='')}")
    assert page.evaluate("() => window.hostile ?? null") is None
    assert page.locator("main script").count() == 0
