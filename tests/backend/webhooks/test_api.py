"""Endpoints over REST: made, changed, given a new secret, tried, removed; secrets are shown once."""

from ipaddress import ip_network

import pytest
from sqlalchemy import text

from backend.settings import Settings
from backend.webhooks.service import MOST_ENDPOINTS
from tests.processes import wait_until
from tests.receiver import receiving

PUBLIC = "https://93.184.215.14/hook"
"""Looked up, not called: as an address it needs no name."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"outgoing_networks": [ip_network("127.0.0.1/32")]})


@pytest.fixture
def endpoint(api):
    return api.post("webhook-endpoints", json={"url": PUBLIC, "types": ["run.failed"]}).json()


def test_an_endpoint_is_shown_with_its_secret_once(api, endpoint):
    assert endpoint["secret"].startswith("whsec_")
    again = api.get(f"webhook-endpoints/{endpoint['id']}").json()
    assert again == {name: value for name, value in endpoint.items() if name != "secret"}
    assert api.get("webhook-endpoints").json()["items"] == [again]


def test_a_secret_is_not_in_the_database_as_it_is(api, endpoint, studio):
    with studio.database.reading() as session:
        kept = session.execute(text("SELECT * FROM webhook_endpoints")).one()
    assert endpoint["secret"] not in str(kept)


def test_what_is_left_out_of_a_change_stays(api, endpoint):
    changed = api.patch(
        f"webhook-endpoints/{endpoint['id']}", json={"description": "chat", "is_enabled": False}
    ).json()
    assert changed["url"] == PUBLIC
    assert changed["types"] == ["run.failed"]
    assert (changed["description"], changed["is_enabled"]) == ("chat", False)


def test_a_removed_endpoint_is_gone_with_its_deliveries(api, endpoint):
    api.post(f"webhook-endpoints/{endpoint['id']}/test")
    assert api.delete(f"webhook-endpoints/{endpoint['id']}").status_code == 204
    assert api.get(f"webhook-endpoints/{endpoint['id']}").status_code == 404
    assert api.get("webhook-deliveries").json()["items"] == []


def test_an_address_that_the_studio_would_not_call_is_refused_at_once(api, endpoint):
    inside = ["https://169.254.169.254/", "http://93.184.215.14/", "ftp://x/", "https://127.0.0.2/"]
    made = [api.post("webhook-endpoints", json={"url": url}) for url in inside]
    place = f"webhook-endpoints/{endpoint['id']}"
    changed = [api.patch(place, json={"url": url}) for url in inside]
    assert {answer.status_code for answer in (*made, *changed)} == {422}
    assert {answer.json()["code"] for answer in (*made, *changed)} == {"address_refused"}
    assert "LIKEWISE_OUTGOING_NETWORKS" in made[0].json()["detail"]


def test_a_type_that_there_is_none_of_is_refused(api):
    wrong = [["run.exploded"], ["webhook.test"], "run.failed"]
    asked = [api.post("webhook-endpoints", json={"url": PUBLIC, "types": each}) for each in wrong]
    assert [answer.status_code for answer in asked] == [422, 422, 422]


def test_a_project_has_so_many_endpoints_and_no_more(api):
    for _ in range(MOST_ENDPOINTS):
        assert api.post("webhook-endpoints", json={"url": PUBLIC}).status_code == 201
    refused = api.post("webhook-endpoints", json={"url": PUBLIC})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_endpoints")


def test_a_test_message_comes_through_and_says_so(api):
    with receiving() as receiver:
        made = api.post("webhook-endpoints", json={"url": receiver.url, "types": ["run.failed"]})
        sent = api.post(f"webhook-endpoints/{made.json()['id']}/test").json()
        assert sent["state"] == "pending"
        wait_until(lambda: api.get("webhook-deliveries").json()["items"][0]["delivered_at"])
    [delivery] = api.get("webhook-deliveries", params={"state": "delivered"}).json()["items"]
    assert (delivery["id"], delivery["tries"], delivery["last_status"]) == (sent["id"], 1, 204)
    assert delivery["body"]["type"] == "webhook.test"
    assert delivery["next_try_at"] is None


def test_nothing_is_sent_to_an_endpoint_that_is_off(api, endpoint):
    place = f"webhook-endpoints/{endpoint['id']}"
    api.patch(place, json={"is_enabled": False})
    assert api.post(f"{place}/test").json()["code"] == "endpoint_disabled"
