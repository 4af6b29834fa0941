"""What one is told, and where: over REST and as a form, each person's own."""

from ipaddress import ip_network

import pytest
from sqlalchemy import delete

from backend.accounts.people import THE_PROJECT
from backend.accounts.tables import Membership
from backend.notifications import courier, service
from backend.notifications.schemas import DestinationIn
from backend.settings import Settings
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from tests.people import house, with_accounts
from tests.processes import wait_until
from tests.receiver import receiving

PLACES = "me/notification-destinations"
URL = "discord://1234567890/a-secret-token"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    networks = [ip_network("127.0.0.1/32")]
    return settings.model_copy(update={"outgoing_networks": networks, "poll_seconds": 0.1})


def test_a_place_is_named_tried_and_taken_away_and_its_secret_never_shown(api):
    with receiving() as receiver:
        receiver.statuses = [200]
        named = {"url": f"json://ada:opensesame@127.0.0.1:{receiver.port}/hook"}
        made = api.post(PLACES, json=named)
        place = f"{PLACES}/{made.json()['id']}"
        assert made.status_code == 201
        assert api.post(f"{place}/test").status_code == 202
        wait_until(
            lambda: api.get("me/notification-deliveries").json()["items"][0]["delivered_at"],
        )
    [came] = receiver.came
    assert b"A test from Likewise" in came.body
    assert api.post(f"{place}/test").json()["code"] == "too_many_tests"
    shown = [made.text, *(api.get(each).text for each in (PLACES, place, "me/notifications"))]
    assert not any("opensesame" in each for each in shown)
    assert api.delete(place).status_code == 204
    assert api.get(place).status_code == 404


def test_what_cannot_be_sent_to_is_refused_in_words(api):
    answers = {
        "service_refused": {"url": "exec://reboot"},
        "parameter_refused": {"url": f"{URL}?template=/etc/passwd"},
        "no_mail_server": {"email": "ada@example.org"},
        "wrong_value": {"email": "ada"},
    }
    got = {code: api.post(PLACES, json=asked).json()["code"] for code, asked in answers.items()}
    assert got == {code: code for code in answers}
    assert (
        api.post(PLACES, json={"url": "discord://half"}).json()["title"] == "This URL isn’t whole"
    )


def test_what_one_wants_to_hear_of_is_kept(api):
    assert "run.succeeded" in api.get("me/notifications").json()["types"]
    chosen = {"types": ["run.failed"], "of_all": True}
    assert api.put("me/notifications", json=chosen).json()["types"] == ["run.failed"]
    assert api.get("me/notifications").json()["of_all"] is True
    refused = api.put("me/notifications", json={"types": ["worker.offline"]})
    assert refused.status_code == 422


def test_without_what_sends_them_the_page_says_how_to_install_it(studio_url, api, monkeypatch):
    monkeypatch.setattr(courier, "is_installed", lambda: False)
    page = api.get(f"{studio_url}/settings/notifications").text
    assert "likewise[notify]" in page
    assert api.post(PLACES, json={"url": URL}).json()["code"] == "not_installed"


def test_the_form_keeps_the_choice_and_without_a_tick_tells_nothing(studio_url, api):
    headers = {"Origin": studio_url}
    page = f"{studio_url}/settings/notifications"
    api.post(page, data={"types": ["run.paused"], "of_all": "true"}, headers=headers)
    assert api.get("me/notifications").json()["types"] == ["run.paused"]
    api.post(page, data={"of_all": "true"}, headers=headers)
    assert api.get("me/notifications").json()["types"] == []


def test_whoever_left_the_project_is_told_no_more_of_it(settings, studio):
    with house(with_accounts(settings)) as home, receiving() as receiver:
        receiver.statuses = [200]
        ada = home.person("ada@example.org")
        who = home.who(ada)
        asked = DestinationIn(url=f"json://127.0.0.1:{receiver.port}")
        checked = service.checked(home.studio, asked)
        with home.studio.database.writing() as session:
            service.add(session, who, checked)
            announce(session, THE_PROJECT, WebhookKind.RUN_FAILED, {"id": "run_1"}, ada)
            session.execute(delete(Membership).where(Membership.user_id == ada))
        with home.studio.database.writing() as session:
            announce(session, THE_PROJECT, WebhookKind.RUN_FAILED, {"id": "run_1"}, ada)
        headers = home.cookie(ada)

        def told():
            return home.client.get("/api/v1/me/notification-deliveries", headers=headers).json()[
                "items"
            ]

        wait_until(lambda: told()[0]["state"] == "failed")
        assert [row["last_error"] for row in told()] == ["you are no longer in its project"]
    assert receiver.came == []
