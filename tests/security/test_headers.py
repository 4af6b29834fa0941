"""Row 16: what every answer says to a browser, whatever it answers."""

import re

import pytest

from tests.security.asking import OURS, Answer, ask

NO_EVAL = re.compile(r"""\shx-on[:=-]|["']js:|\shx-trigger="[^"]*\[""")


def assert_protected(answer: Answer) -> None:
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_every_route_answers_with_the_policy_errors_too(app, routes):
    for path in [path for method, path in routes if method == "GET"]:
        assert_protected(ask(app, "GET", path))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/nowhere", OURS),
        ("/", [("host", "evil.example")]),
        ("/", [*OURS, ("sec-fetch-site", "cross-site")]),
        ("/", [*OURS, ("forwarded", "for=10.1.2.3")]),
    ],
)
def test_a_refusal_has_it_too(app, path, headers):
    assert_protected(ask(app, "GET", path, headers))


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_mistake_of_ours_has_it_too_and_tells_nothing(app, accept, monkeypatch):
    def mistake(*_: object) -> None:
        raise RuntimeError("/secret/place SELECT * FROM people")

    monkeypatch.setattr("backend.home.pages.page", mistake)
    answer = ask(app, "GET", "/", [*OURS, ("accept", accept)])
    assert answer.status == 500
    assert_protected(answer)
    assert not re.search(rb"secret|SELECT|Traceback|RuntimeError", answer.body)


def test_no_page_asks_for_what_the_policy_forbids(root):
    templates = list((root / "frontend" / "templates").rglob("*.html"))
    assert templates
    found = {place.name for place in templates if NO_EVAL.search(place.read_text(encoding="utf-8"))}
    assert found == set()
