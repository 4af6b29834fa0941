"""The first start, and who may be reached without accounts."""

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from backend.accounts import claims
from backend.accounts.tables import ApiToken, ClaimLink
from backend.clock import utc_now
from backend.settings import Settings
from tests.people import BROWSER, house, with_accounts

PASSWORD = "purple horse wagon"


def claim(home, secret):
    sent = {"token": secret, "email": "Ada@Example.org", "name": "Ada", "password": PASSWORD}
    home.client.cookies.clear()
    return home.client.post("/api/v1/claim", json=sent, headers=BROWSER)


@pytest.fixture
def secret(home):
    with home.studio.database.writing() as session:
        return claims.new_link(session)


def test_the_link_on_the_terminal_makes_the_studio_ones_own_once(home, secret):
    assert claim(home, secret).status_code == 204
    me = home.client.get("/api/v1/me", headers=BROWSER).json()
    assert (me["email"], me["is_administrator"], me["role"]) == ("ada@example.org", True, "admin")
    assert claim(home, secret).status_code == 410
    assert home.log()[-1] == ("studio claimed", False)


def test_a_link_is_good_for_an_hour(home, secret):
    with home.studio.database.writing() as session:
        session.execute(update(ClaimLink).values(expires_at=utc_now()))
    assert claim(home, secret).status_code == 410


def test_once_somebody_is_there_no_link_works(home, secret):
    home.person("eve@example.org")
    assert claim(home, secret).status_code == 410


def test_a_start_prints_a_link_until_somebody_is_there(home):
    assert claims.on_start(home.studio).startswith("http://127.0.0.1:8000/claim/")
    home.person("ada@example.org")
    assert claims.on_start(home.studio) is None


def test_a_start_makes_the_administrator_whom_the_settings_name(studio, capsys):
    named = {"admin_email": "ops@example.org", "admin_password": SecretStr(PASSWORD)}
    with house(with_accounts(studio.settings, **named)) as home:
        sent = {"email": "ops@example.org", "password": PASSWORD}
        answer = home.client.post("/api/v1/sign-in", json=sent, headers=BROWSER)
    assert answer.status_code == 204
    assert "/claim/" not in capsys.readouterr().out


def test_a_token_is_shown_once_and_lies_in_the_database_as_a_hash(home):
    ada = home.person("ada@example.org")
    sent = {"name": "ci", "scopes": ["read"]}
    made = home.client.post("/api/v1/tokens", json=sent, headers=home.cookie(ada)).json()
    shown = home.client.get(f"/api/v1/tokens/{made['id']}", headers=home.cookie(ada)).json()
    with home.studio.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM api_tokens")).all()
    assert made["token"].startswith("lw_")
    assert len(made["token"]) == 35
    assert "token" not in shown
    assert made["token"] not in str(tuple(row))


def test_a_token_that_is_over_or_revoked_opens_nothing(home):
    ada = home.person("ada@example.org")
    headers = home.bearer(ada, home.who(ada).project_id, "read")
    assert home.client.get("/api/v1/runs", headers=headers).status_code == 200
    for column in ("expires_at", "revoked_at"):
        with home.studio.database.writing() as session:
            session.execute(update(ApiToken).values(expires_at=None, revoked_at=None))
            session.execute(update(ApiToken).values({column: utc_now()}))
        assert home.client.get("/api/v1/runs", headers=headers).status_code == 401


def test_nobody_makes_a_token_that_may_more_than_they(home):
    ada = home.person("ada@example.org")
    sent = {"name": "ci", "scopes": ["admin"]}
    answer = home.client.post("/api/v1/tokens", json=sent, headers=home.cookie(ada))
    assert answer.status_code == 403


@pytest.mark.parametrize("act", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"])
def test_the_audit_log_is_only_ever_added_to(home, secret, act):
    claim(home, secret)
    before = home.log()
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        home.studio.database.writing() as session,
    ):
        session.execute(text(act))
    assert home.log() == before != []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_without_accounts_the_studio_listens_on_loopback_only(host):
    with pytest.raises(ValidationError, match="loopback only"):
        Settings(host=host)
    assert Settings(host=host, auth="accounts").host == host


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": "1.2.3.4"}, 403),
        ({"Forwarded": "for=1.2.3.4"}, 403),
        ({"X-Real-IP": "1.2.3.4"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}, 200),
    ],
)
def test_without_accounts_nothing_comes_through_a_proxy_or_from_another_site(
    studio, headers, status
):
    with house(studio.settings) as home:
        assert home.client.get("/api/v1/runs", headers=headers).status_code == status


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_link_names_an_address_that_a_browser_can_open(host):
    assert Settings(host=host, auth="accounts", port=8123).address == "http://127.0.0.1:8123"
