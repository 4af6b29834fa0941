"""Settings, Webhooks, as a browser without script sees it: forms, and pages that answer them."""

import re
from ipaddress import ip_network

import httpx2
import pytest

from backend.settings import Settings
from tests.processes import wait_until
from tests.receiver import receiving


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"outgoing_networks": [ip_network("127.0.0.1/32")], "poll_seconds": 0.1}
    )


@pytest.fixture
def browser(studio_url):
    headers = {"Origin": studio_url, "Accept": "text/html"}
    base = f"{studio_url}/settings/webhooks"
    with httpx2.Client(
        base_url=base, headers=headers, follow_redirects=True, trust_env=False, verify=False
    ) as client:
        yield client


def test_an_address_is_named_tried_given_a_new_secret_and_deleted(browser):
    with receiving() as receiver:
        asked = {"url": receiver.url, "description": "the chat", "types": ["run.failed"]}
        made = browser.post("", data=asked).text
        [secret] = re.findall(r"whsec_[\w+/=]+", made)
        shown = browser.get("").text
        assert "the chat" in shown
        assert secret not in shown

        [endpoint] = set(re.findall(r"whe_\w+", shown))
        browser.post(f"/{endpoint}/test")
        wait_until(lambda: "arrived" in browser.get("").text)
        [delivery] = set(re.findall(r"deliveries/(\w+)/redeliver", browser.get("").text))
        browser.post(f"/deliveries/{delivery}/redeliver")
        wait_until(lambda: len(receiver.came) == 2)
    assert {came.headers["webhook-id"] for came in receiver.came} == {delivery}

    [other] = re.findall(r"whsec_[\w+/=]+", browser.post(f"/{endpoint}/rotate-secret").text)
    assert other != secret
    assert "switched off" in browser.post(f"/{endpoint}/switch", data={"is_enabled": "false"}).text
    assert "the chat" not in browser.post(f"/{endpoint}/remove").text


def test_an_address_that_is_refused_stays_in_the_form(browser):
    inside = "https://169.254.169.254/"
    refused = browser.post("", data={"url": inside, "types": ["run.failed", "model.ready"]})
    assert refused.status_code == 422
    assert "address" in refused.text
    assert f'value="{inside}"' in refused.text
    assert re.findall(r'value="([\w.]+)" checked', refused.text) == ["run.failed", "model.ready"]


def test_what_is_told_renews_itself_as_a_piece(browser):
    piece = browser.get("", headers={"HX-Request-Type": "partial"}).text
    assert "Nobody yet" in piece
    assert "<form" not in piece
