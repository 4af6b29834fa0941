"""Signing in by an OpenID provider: over HTTP, with each part of its answer wrong once."""

import time
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from pydantic import SecretStr

from backend.accounts import invitations
from backend.accounts.people import Role
from tests.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE,
    FOREIGN_KEY,
    OWN_SECRET,
    Held,
    openid_provider,
)
from tests.people import House, house, with_accounts

PAGE = {"Accept": "text/html"}


@pytest.fixture
def provider() -> Iterator[Held]:
    with openid_provider() as held:
        yield held


@pytest.fixture
def home(studio, provider) -> Iterator[House]:
    settings = with_accounts(
        studio.settings,
        oidc_issuer=provider.address,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=SecretStr(CLIENT_SECRET),
        oidc_domains=["allowed.example"],
        outgoing_networks=[ip_network("127.0.0.0/8")],
    )
    with house(settings) as opened:
        yield opened


def go(home, provider, next_="/data"):
    """As far as the provider; the answer is what it was asked."""
    answer = home.client.get(f"/sign-in/oidc?next={next_}", follow_redirects=False)
    assert answer.status_code == 303
    return provider.begin(answer.headers["location"])


def come_back(home, provider, **said):
    begun = {"state": provider.asked["state"], "code": CODE} | said
    return home.client.get("/sign-in/oidc/back", params=begun, headers=PAGE, follow_redirects=False)


def signs_in(home, provider, says=None, **said):
    """Does somebody come in whom the provider names so, and who comes back with that?"""
    provider.says = provider.says if says is None else says
    go(home, provider)
    answer = come_back(home, provider, **said)
    return answer.status_code == 303


def test_somebody_with_an_account_comes_in_by_their_verified_address(home, provider):
    home.person("ada@example.org")
    asked = go(home, provider)
    answer = come_back(home, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/data")
    assert home.client.get("/api/v1/me").json()["email"] == "ada@example.org"
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")
    assert provider.sent["client_id"] == CLIENT_ID
    assert provider.authorization.startswith("Basic ")
    assert [act for act, _ in home.log()] == ["identity linked", "signed in"]


def test_then_they_are_known_by_their_subject_whatever_becomes_of_the_address(home, provider):
    home.person("ada@example.org")
    assert signs_in(home, provider)
    provider.says = {"email": "new@example.org"}
    assert signs_in(home, provider)
    assert home.client.get("/api/v1/me").json()["email"] == "ada@example.org"
    provider.says = {"sub": "subject-2", "email": "new@example.org"}
    assert not signs_in(home, provider)


def test_an_answer_with_one_claim_wrong_lets_nobody_in(home, provider):
    now = int(time.time())
    wrong = [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": now - 3_600},
        {"exp": None},
        {"iat": now - 3_600},
        {"iat": now + 3_600},
        {"iat": None},
        {"sub": ""},
        {"sub": None},
        {"sub": "s" * 256},
    ]
    home.person("ada@example.org")
    assert [each for each in wrong if signs_in(home, provider, says=each)] == []
    assert home.log() == [("signed in", False)] * len(wrong)
    assert signs_in(home, provider, says={})


def test_an_answer_that_the_provider_did_not_sign_lets_nobody_in(home, provider):
    home.person("ada@example.org")
    provider.key = FOREIGN_KEY
    assert not signs_in(home, provider)
    provider.algorithm, provider.key = "HS256", OWN_SECRET
    assert not signs_in(home, provider)


def test_coming_back_with_something_else_lets_nobody_in(home, provider):
    home.person("ada@example.org")
    other = [{"state": "of another"}, {"code": "guessed"}, {"code": ""}, {"iss": "https://e"}]
    assert [each for each in other if signs_in(home, provider, **each)] == []


def test_a_browser_that_did_not_begin_here_is_not_signed_in(home, provider):
    home.person("ada@example.org")
    go(home, provider)
    home.client.cookies.clear()
    answer = come_back(home, provider)
    assert answer.status_code == 401
    assert "did not work" in answer.text


def test_a_description_of_another_issuer_is_not_followed(home, provider):
    provider.issuer = "https://elsewhere.example"
    answer = home.client.get("/sign-in/oidc", headers=PAGE, follow_redirects=False)
    assert answer.status_code == 401


def test_a_stranger_and_an_unverified_address_are_not_let_in(home, provider):
    assert not signs_in(home, provider)
    home.person("ada@example.org")
    provider.says = {"email_verified": False}
    assert not signs_in(home, provider)


def test_an_invited_person_gets_an_account_and_their_role(home, provider):
    inviting = home.who(home.person("eve@example.org", is_administrator=True))
    with home.studio.database.writing() as session:
        invitations.create(session, inviting, "ada@example.org", Role.VIEWER)
    assert signs_in(home, provider)
    assert home.client.get("/api/v1/me").json()["role"] == "viewer"


def test_who_has_an_address_of_an_allowed_domain_comes_in_and_sees_no_project(home, provider):
    provider.says = {"email": "bob@allowed.example"}
    assert signs_in(home, provider)
    assert home.client.get("/api/v1/me").json()["projects"] == []
    provider.says = {"email": "bob@allowed.example.evil.example", "sub": "subject-3"}
    assert not signs_in(home, provider)


def test_next_leads_nowhere_else(home, provider):
    home.person("ada@example.org")
    go(home, provider, next_="//elsewhere.example")
    assert come_back(home, provider).headers["location"] == "/"
