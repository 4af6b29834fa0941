"""A plan with an adapter in the browser's form: a rank asks for it, and what to mind is said."""

import html
import re

import httpx2
import pytest

from tests.backend.runs.test_plan_of_several import carried
from tests.runs.trainings import pairs_csv, upload

SMALL = " is small for "


@pytest.fixture
def browser(server):
    with httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def plan(browser, api):
    """The plan's form, sent with some fields changed: (its page, what it carries)."""
    headers = {"Origin": str(browser.base_url).rstrip("/")}
    begun = browser.get("/plan", params={"version": upload(api, pairs_csv())["id"]}).text

    def sent(before: str = begun, **fields: str) -> str:
        data = {"recipe": carried(before)} | fields
        return browser.post("/plan", data=data, headers=headers).text

    return sent


def test_a_rank_asks_for_an_adapter_and_a_small_rate_is_mended_at_a_press(plan):
    every = plan()
    assert SMALL not in every
    assert 'name="lora.rank" value=""' in every
    adapted = plan(**{"lora.rank": "8"})
    assert '"lora": {"rank": 8}' in carried(adapted)
    assert 'name="lora.rank" value="8"' in adapted
    assert SMALL in adapted
    patch = html.unescape(re.search(r'value="([^"]*)">Use 0.0002<', adapted)[1])
    mended = plan(adapted, fix=patch)
    assert SMALL not in mended
    assert '"learning_rate": 0.0002' in carried(mended)
    assert "lora" not in carried(plan(mended, **{"lora.rank": ""}))


def test_a_wrong_rank_is_marked_at_its_field(plan):
    wrong = plan(**{"lora.rank": "many"})
    field = re.search(r'<input [^>]*name="lora.rank"[^>]*>', wrong)[0]
    assert 'aria-invalid="true"' in field
