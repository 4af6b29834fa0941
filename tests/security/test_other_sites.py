"""Rows 10 to 14: what pages of other sites, other names and other addresses may do here. Nothing."""

import re

import pytest
from pydantic import ValidationError

from backend.settings import Settings
from backend.web.theme import own_path
from tests.security.asking import OURS, ask

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FOREIGN = [
    [("sec-fetch-site", "cross-site")],
    [("sec-fetch-site", "same-site")],
    [("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8000")],
    [("origin", "http://evil.example")],
    [("origin", "http://127.0.0.1:9000")],
    [("origin", "null")],
]
OWN = [
    [("sec-fetch-site", "same-origin")],
    [("sec-fetch-site", "none")],
    [("origin", "http://127.0.0.1:8000")],
    [],
]
FROM_HOST = re.compile(r"\brequest\.(url\b(?!`)|url_for|url_path_for)")
CROSS_SITE = b"urn:likewise:problem:cross_site"


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_route_that_changes_something_is_reached_from_another_site(app, routes, headers):
    unsafe = [(method, path) for method, path in routes if method in UNSAFE]
    answers = {route: ask(app, *route, [*OURS, *headers]) for route in unsafe}
    assert len(unsafe) > 40
    assert {route for route, answer in answers.items() if answer.status != 403} == set()
    assert all(CROSS_SITE in answer.body for answer in answers.values())


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_and_programs_are_let_in(app, headers):
    assert CROSS_SITE not in ask(app, "POST", "/theme", [*OURS, *headers]).body


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["evil.example:8000"],
        ["127.0.0.1.evil.example"],
        ["localhost.evil.example"],
        ["127.0.0.1@evil.example"],
        ["evil.example#127.0.0.1"],
        ["evil.example/127.0.0.1"],
        ["[::1].evil.example"],
        ["2130706433"],
        ["0.0.0.0"],
        [""],
        [],
        ["127.0.0.1:8000", "evil.example"],
        ["127.0.0.1:8000", "127.0.0.1:8000"],
    ],
)
def test_a_name_that_is_not_ours_is_refused_whatever_is_asked(app, hosts):
    headers = [("host", host) for host in hosts]
    for method in ("GET", "HEAD", "OPTIONS", *UNSAFE):
        for path in ("/", "/livez", "/api/v1/runs", "/static/x/y"):
            refused = ask(app, method, path, headers)
            assert refused.status == 403
            assert b"unknown_host" in refused.body


def test_a_forwarded_name_is_never_taken_for_the_name(app):
    headers = [("host", "evil.example"), ("x-forwarded-host", "127.0.0.1")]
    assert ask(app, "GET", "/", headers).status == 403


def test_what_is_decided_is_decided_on_the_path_that_was_routed(root):
    """`request.url` and its kin are put together from the Host header (CVE-2026-48710)."""
    texts = {place: place.read_text(encoding="utf-8") for place in (root / "backend").rglob("*.py")}
    assert [place for place, text in texts.items() if FROM_HOST.search(text)] == []


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "studio.example", "127.0.0.1.nip.io", ""]
)
def test_without_a_login_the_studio_listens_on_loopback_only(host):
    with pytest.raises(ValidationError, match="LIKEWISE_HOST"):
        Settings(host=host, auth="none", allow_public_bind=False)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded"]
)
def test_without_a_login_nothing_comes_through_a_proxy(app, header):
    refused = ask(app, "GET", "/api/v1/runs", [*OURS, (header.lower(), "10.1.2.3")])
    assert refused.status == 403
    assert b"proxy_without_accounts" in refused.body


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_without_a_login_other_sites_read_nothing_but_links_lead_here(app, site):
    embedded = [*OURS, ("sec-fetch-site", site), ("sec-fetch-mode", "no-cors")]
    assert ask(app, "GET", "/api/v1/runs", embedded).status == 403
    followed = [*OURS, ("sec-fetch-site", site), ("sec-fetch-dest", "document")]
    assert ask(app, "GET", "/data", followed).status == 200


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://sub.127.0.0.1:8000", "http://127.0.0.1:8000"]
)
def test_no_other_site_is_ever_told_that_it_may_read(app, routes, origin):
    asked = [*OURS, ("origin", origin), ("access-control-request-method", "GET")]
    preflights = [("OPTIONS", path) for _, path in routes]
    for method, path in [*preflights, ("GET", "/"), ("GET", "/api/v1/runs"), ("GET", "/no")]:
        answer = ask(app, method, path, asked)
        assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aLocation:x\r\n",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        " //evil.example",
        "",
    ],
)
def test_a_form_leads_to_no_other_place(app, path):
    assert own_path(path) == "/"


def test_a_form_leads_back_into_the_studio(app):
    assert own_path("/runs?status=queued") == "/runs?status=queued"
