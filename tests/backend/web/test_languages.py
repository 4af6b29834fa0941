"""Which language a page speaks, and that nothing is half said."""

import pytest
from starlette.requests import Request

from backend.web.languages import chosen_language, gettext, language_name, ngettext, speaking


def request(accepts: str = "", cookie: str = "") -> Request:
    headers = [(b"accept-language", accepts.encode()), (b"cookie", f"language={cookie}".encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accepts", "cookie", "language"),
    [
        ("", "", "en"),
        ("de", "", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("it,fr;q=0.5,es;q=0.7", "", "es"),
        ("zh-Hans-CN, en;q=0.1", "", "zh"),
        ("it, nl", "", "en"),
        ("en, de;q=0", "", "en"),
        ("de", "fr", "fr"),
        ("de", "klingon", "de"),
        (";;;q=x,,\x00", "", "en"),
        ("de;q=high, fr", "", "fr"),
    ],
)
def test_who_chose_is_heard_first_then_the_browser(accepts, cookie, language) -> None:
    assert chosen_language(request(accepts, cookie)) == language


def test_a_language_is_spoken_as_long_as_it_is_asked_for() -> None:
    with speaking("de"):
        assert gettext("Runs") != "Runs"
        with speaking("en"):
            assert gettext("Runs") == "Runs"
        assert gettext("no page says this") == "no page says this"
        assert ngettext("One of a kind", "Many", 2) == "Many"
    assert gettext("Runs") == "Runs"


@pytest.mark.parametrize(
    ("spoken", "code", "name"),
    [("en", "de", "German"), ("de", "en", "Englisch"), ("zh", "fr", "法语"), ("en", "xq?", "xq?")],
)
def test_languages_are_called_as_the_reader_calls_them(spoken: str, code: str, name: str) -> None:
    with speaking(spoken):
        assert language_name(code) == name
