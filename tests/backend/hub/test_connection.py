"""A person's own account at the Hub: asked about, sealed, used for them alone, never shown."""

import pytest
from sqlalchemy import text

from backend.hub.tables import HubConnection
from tests.dataset_hub import TOKEN, dataset_hub
from tests.hub_datasets import PAIRS, pairs_repo
from tests.processes import free_port

CONNECTION = "me/hub-connection"


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    repos = {PAIRS: pairs_repo(), "team/secret": pairs_repo(is_private=True)}
    with dataset_hub(repos) as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        monkeypatch.setenv("LIKEWISE_HUB_VIEWER_URL", f"{held.address}/viewer")
        yield held


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_an_account_is_connected_by_its_token_and_shown_by_name_and_last_four(api, hub):
    answer = api.put(CONNECTION, json={"token": f" {TOKEN}\n"})
    assert answer.status_code == 200
    shown = api.get(CONNECTION).json()
    assert (shown["name"], shown["role"], shown["last_four"]) == ("ada", "fineGrained", TOKEN[-4:])
    assert TOKEN not in answer.text + api.get(CONNECTION).text


def test_a_connected_person_sees_what_their_account_may_and_after_it_no_more(api, hub):
    private = "hub/datasets/team/secret/splits"
    assert refused(api.get(private)) == (404, "no_hub_dataset")
    api.put(CONNECTION, json={"token": TOKEN})
    assert api.get(private).status_code == 200
    assert api.delete(CONNECTION).status_code == 204
    assert refused(api.get(private)) == (404, "no_hub_dataset")


def test_ones_own_account_goes_before_the_studios(api, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_whole_studio")
    api.put(CONNECTION, json={"token": TOKEN})
    api.get("hub/datasets?q=pairs")
    assert hub.asked[-1][1] == TOKEN
    api.delete(CONNECTION)
    api.get("hub/datasets?q=pairs")
    assert hub.asked[-1][1] == "hf_of_the_whole_studio"


def test_a_token_that_the_hub_does_not_know_is_refused_and_the_one_before_stays(api, hub):
    api.put(CONNECTION, json={"token": TOKEN})
    assert refused(api.put(CONNECTION, json={"token": "hf_revoked_long_ago"})) == (
        422,
        "hub_token_refused",
    )
    assert api.get(CONNECTION).json()["last_four"] == TOKEN[-4:]


@pytest.mark.parametrize("token", ["", "short", "hf_a space", "hf_ünicode", "hf_a\x00b_c_d"])
def test_what_can_not_be_a_token_is_not_sent_anywhere(api, hub, token):
    answer = api.put(CONNECTION, json={"token": token})
    assert refused(answer) == (422, "wrong_value")
    assert "hf_" not in answer.text.replace("begins with hf_", "")
    assert hub.asked == []


def test_a_hub_that_is_away_keeps_nothing(api, hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    assert refused(api.put(CONNECTION, json={"token": TOKEN})) == (503, "hub_unreachable")
    assert refused(api.get(CONNECTION)) == (404, "not_connected")


def test_the_database_holds_no_token_in_the_open(api, hub, studio):
    api.put(CONNECTION, json={"token": TOKEN})
    with studio.database.reading() as session:
        kept = session.execute(text("SELECT * FROM hub_connections")).one()
        assert TOKEN not in str(tuple(kept))
        (connection,) = session.query(HubConnection).all()
        assert studio.keyring.open(connection.token) == TOKEN


def test_with_another_key_the_connection_is_still_shown_and_can_be_made_anew(api, hub, studio):
    other = studio.keyring.seal(TOKEN)
    api.put(CONNECTION, json={"token": TOKEN})
    with studio.database.writing() as session:
        broken = type(other)(f"{other[:-8]}AAAAAA==")
        session.execute(HubConnection.__table__.update().values(token=broken))
    assert api.get(CONNECTION).json()["name"] == "ada"
    assert refused(api.get("hub/datasets?q=pairs")) == (503, "wrong_secret_key")
    api.put(CONNECTION, json={"token": TOKEN})
    assert api.get("hub/datasets?q=pairs").status_code == 200
