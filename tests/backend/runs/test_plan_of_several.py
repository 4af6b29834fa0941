"""A plan of several datasets in the browser's form: one more is added, and left out again."""

import html
import json
import re

import httpx2
import pytest

from tests.runs.trainings import pairs_csv, upload

ROWS = "".join(f"one {n},two {n},{n % 6}\n" for n in range(90))
SCORED = f"sentence1,sentence2,score\n{ROWS}".encode()


@pytest.fixture
def browser(server):
    with httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False) as client:
        yield client


def carried(page: str) -> str:
    return html.unescape(re.search(r'name="recipe" value="([^"]*)"', page)[1])


def test_another_dataset_is_added_with_a_loss_of_its_own_and_left_out_again(browser, api):
    pairs, scored = upload(api, pairs_csv()), upload(api, SCORED, "scored.csv")
    first = browser.get("/plan", params={"version": pairs["id"]}).text
    assert f'<option value="{scored["id"]}">scored</option>' in first

    headers = {"Origin": str(browser.base_url).rstrip("/")}
    sent = {"recipe": carried(first), "also": scored["id"]}
    both = browser.post("/plan", data=sent, headers=headers).text
    assert "Leave data-2 out" in both
    assert "CoSENTLoss</span>" in both
    judged = api.post("recipes/validate", json={"recipe": json.loads(carried(both))})
    assert judged.json()["problems"] == []

    patch = html.unescape(re.search(r'value="([^"]*)">Leave data-2', both)[1])
    sent = {"recipe": carried(both), "fix": patch}
    assert carried(browser.post("/plan", data=sent, headers=headers).text) == carried(first)
