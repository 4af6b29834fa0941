"""Passwords, sessions, and how often one may try."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pytest
from sqlalchemy import select, update

from backend.accounts import passwords, sessions, throttle
from backend.accounts.tables import SignInSession, SignInTries, User
from backend.clock import utc_now
from backend.problems import Invalid
from tests.people import BROWSER, house, with_accounts

PASSWORD = "purple horse wagon"


@pytest.fixture(scope="module")
def password_hash():
    return passwords.hashed(PASSWORD)


@pytest.fixture
def ada(home, password_hash):
    return home.person("ada@example.org", password_hash=password_hash)


def sign_in(home, email="ada@example.org", password=PASSWORD, **headers):
    sent = {"email": email, "password": password}
    home.client.cookies.clear()
    return home.client.post("/api/v1/sign-in", json=sent, headers={**BROWSER, **headers})


def cookie_of(answer):
    return {**BROWSER, "Cookie": answer.headers["set-cookie"].partition(";")[0]}


def told(answer):
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def me(home, headers):
    home.client.cookies.clear()
    return home.client.get("/api/v1/me", headers=headers).status_code


def test_a_password_is_kept_as_argon2id_by_rfc_9106(password_hash):
    found = argon2.extract_parameters(password_hash)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (
        argon2.Type.ID,
        65_536,
        3,
        4,
    )


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "x" * 257,
        "password",
        "Passw0rd!",
        "password123",
        "12345678",
        "qwertyuiop",
        "87654321",
        "abcdefgh",
        "aaaaaaaa",
        "abcabcabc",
        "letmein1!",
        "ada@example.org",
        "lovelace1",
    ],
)
def test_what_anybody_would_try_first_is_no_password(weak):
    with pytest.raises(Invalid):
        passwords.check(weak, "ada@example.org", "Ada Lovelace")


@pytest.mark.parametrize("good", [PASSWORD, "x7#kQ!m2", "Größe überall", "correct horse battery"])
def test_what_nobody_would_guess_is_one(good):
    passwords.check(good, "ada@example.org", "Ada Lovelace")


def test_at_most_four_passwords_are_hashed_at_once(password_hash, monkeypatch):
    now, most, lock = 0, 0, threading.Lock()

    def watched(_hash, _password):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.05)  # long enough for four to meet on a busy machine
        with lock:
            now -= 1
        raise argon2.exceptions.VerifyMismatchError

    monkeypatch.setattr(passwords._HASHER.__class__, "verify", lambda self, *a: watched(*a))
    with ThreadPoolExecutor(50) as many:
        list(many.map(lambda _: passwords.fits("wrong", password_hash), range(50)))
    assert most == 4


def test_signing_in_begins_a_session_that_a_script_cannot_read(home, ada):
    answer = sign_in(home)
    assert answer.status_code == 204
    assert re.match(r"likewise_session=\w{43};", answer.headers["set-cookie"])
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert me(home, cookie_of(answer)) == 200


def test_over_https_the_cookie_is_for_this_host_alone(studio, password_hash):
    settings = with_accounts(studio.settings, public_url="https://studio.example.org")
    with house(settings) as home:
        home.person("ada@example.org", password_hash=password_hash)
        cookie = sign_in(home).headers["set-cookie"]
    assert cookie.startswith("__Host-likewise_session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_session_lies_in_the_database_as_a_hash_only(home, ada):
    secret = sign_in(home).headers["set-cookie"].partition(";")[0].partition("=")[2]
    with home.studio.database.reading() as session:
        digests = list(session.scalars(select(SignInSession.digest)))
    assert len(digests) == 1
    assert secret not in digests[0]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sign-out", None),
        ("me/sign-out-everywhere", None),
    ],
)
def test_who_signs_out_is_out(home, ada, path, body):
    headers = cookie_of(sign_in(home))
    assert home.client.post(f"/api/v1/{path}", json=body, headers=headers).status_code == 204
    assert me(home, headers) == 401


def test_every_sign_in_has_a_secret_of_its_own(home, ada):
    first = cookie_of(sign_in(home))
    second = cookie_of(sign_in(home, Cookie=first["Cookie"]))
    assert first != second


def test_a_new_password_ends_every_session_and_renews_this_one(home, ada):
    here, there = cookie_of(sign_in(home)), home.cookie(ada)
    sent = {"current": PASSWORD, "new": "green whale ladder"}
    answer = home.client.put("/api/v1/me/password", json=sent, headers=here)
    assert answer.status_code == 204
    assert (me(home, here), me(home, there), me(home, cookie_of(answer))) == (401, 401, 200)
    assert sign_in(home, password="green whale ladder").status_code == 204


def test_the_present_password_is_asked_for(home, ada):
    sent = {"current": "not mine at all", "new": "green whale ladder"}
    answer = home.client.put("/api/v1/me/password", json=sent, headers=home.cookie(ada))
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
    assert home.log()[-1] == ("password changed", False)


@pytest.mark.parametrize(
    ("column", "age"),
    [
        (SignInSession.seen_at, sessions.IDLE),
        (SignInSession.created_at, sessions.LONGEST),
    ],
)
def test_a_session_ends_by_itself(home, ada, column, age):
    headers = home.cookie(ada)
    with home.studio.database.writing() as session:
        session.execute(update(SignInSession).values({column: utc_now() - age + timedelta(60)}))
    assert me(home, headers) == 200
    with home.studio.database.writing() as session:
        session.execute(update(SignInSession).values({column: utc_now() - age}))
    assert me(home, headers) == 401


def test_an_old_hash_is_made_anew_when_its_person_signs_in(home):
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    ada = home.person("ada@example.org", password_hash=old)
    assert sign_in(home).status_code == 204
    with home.studio.database.reading() as session:
        found = session.get_one(User, ada).password_hash
    assert not passwords.is_outdated(found)
    assert sign_in(home).status_code == 204


def test_a_disabled_person_stays_out(home, ada):
    headers = home.cookie(ada)
    with home.studio.database.writing() as session:
        session.execute(update(User).values(disabled_at=utc_now()))
    assert me(home, headers) == 401
    assert sign_in(home).status_code == 401


def test_who_is_unknown_is_told_what_who_mistypes_is_told_and_waits_as_long(home, ada, monkeypatch):
    """One hash each: medians of times would measure the neighbours of this machine."""
    made = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher,
        "verify",
        lambda self, hash, password: made.append(hash) or verify(self, hash, password),
    )
    unknown = sign_in(home, email="eve@example.org")
    mistyped = sign_in(home, password="wrong, quite wrong")
    assert unknown.status_code == mistyped.status_code == 401
    assert told(unknown) == told(mistyped)
    assert [argon2.extract_parameters(each) for each in made] == [
        argon2.extract_parameters(passwords.hashed("any"))
    ] * 2


def test_five_tries_a_minute_for_an_account_whether_it_is_there_or_not(home, monkeypatch):
    monkeypatch.setattr(passwords, "fits", lambda *_: False)
    tries = [sign_in(home, email="eve@example.org").status_code for _ in range(7)]
    assert tries == [401] * 5 + [429] * 2
    assert 0 < int(sign_in(home, email="EVE@example.org ").headers["retry-after"]) <= 60
    assert sign_in(home, email="bob@example.org").status_code == 401


def test_twenty_tries_a_minute_from_an_address_whatever_a_header_says(home, monkeypatch):
    monkeypatch.setattr(passwords, "fits", lambda *_: False)
    tries = [
        sign_in(home, email=f"{n}@x", **{"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(22)
    ]
    assert tries == [401] * 20 + [429] * 2


def test_a_known_proxy_says_whose_try_it_is(studio, monkeypatch):
    monkeypatch.setattr(passwords, "fits", lambda *_: False)
    settings = with_accounts(studio.settings, trusted_proxies=["10.0.0.0/8"])
    with house(settings) as home:
        home.client._transport.client = ("10.0.0.1", 1)
        tries = [
            sign_in(
                home, email=f"{n}@x", **{"X-Forwarded-For": f"1.1.1.1, 2.2.2.{n}, 10.0.0.9"}
            ).status_code
            for n in range(22)
        ]
    assert tries == [401] * 22


def test_who_waits_a_minute_may_try_again(home, monkeypatch):
    monkeypatch.setattr(passwords, "fits", lambda *_: False)
    assert [sign_in(home).status_code for _ in range(6)][-1] == 429
    with home.studio.database.writing() as session:
        for row in session.scalars(select(SignInTries)):
            row.times = [time - throttle.WINDOW_SECONDS for time in row.times]
    assert sign_in(home).status_code == 401


def test_tries_at_the_same_moment_are_counted_one_by_one(home):
    def one(_):
        with home.studio.database.writing() as session:
            return throttle.wait_seconds(session, "ada@example.org", "1.2.3.4") == 0

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(one, range(16))) == throttle.FOR_ACCOUNT


def test_a_form_of_another_site_does_nothing(home, ada):
    cookie = home.cookie(ada)["Cookie"]
    cases = [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ]
    got = [
        home.client.put(
            "/api/v1/me/password",
            json={"current": "", "new": ""},
            headers={"Cookie": cookie, **headers},
        ).status_code
        for headers, _ in cases
    ]
    assert [status == 403 for status in got] == [status == 403 for _, status in cases]
