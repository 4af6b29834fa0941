"""Row 32: no secret, no row and no forged line ever stands in a log."""

import logging
from collections.abc import Callable

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from backend import logs

log = structlog.get_logger("backend.tests")

HUB_TOKEN = "hf_" + "aB3" * 11
SECRETS = [
    HUB_TOKEN,
    "lw_" + "a1B2" * 8,
    "whsec_" + "MfKQ9r8G" * 4,
    "AKIA" + "ABCDEFGHIJ012345",
    "ghp_" + "a1" * 18,
    "sk-proj-" + "a1B2" * 8,
]
BESIDE = [
    ("Authorization: Bearer {}", "abcdefgh12345678"),
    ("password={}", "hunter2hunter2"),
    ('{{"token": "{}"}}', "n0t-a-known-shape"),
    ("postgresql+psycopg://likewise:{}@db/likewise", "s3cret"),
    ("Cookie: likewise_session={}", "0123456789abcdef"),
    ("GET /callback?client_secret={}&x=1", "zzz111"),
]


Told = Callable[[], str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What was written since."""
    logs.begin()
    return lambda: capsys.readouterr().err


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_wherever_it_stands(told, secret):
    log.warning("met", value=secret, among={"deep": [secret]})
    logging.getLogger("urllib3").warning("a library says %s", secret)
    log.error("failed", exc_info=ValueError(f"with {secret}"))
    said = told()
    assert secret not in said
    assert said.count("[hidden]") >= 4


@pytest.mark.parametrize(("around", "secret"), BESIDE)
def test_what_a_word_beside_it_calls_a_secret_is_hidden(told, around, secret):
    log.warning("sent", said=around.format(secret))
    line = told()
    assert secret not in line
    assert "[hidden]" in line


@given(st.text(max_size=30))
def test_no_text_makes_a_second_line(text):
    assert "\n" not in logs.escaped(text)
    assert all(sign.isprintable() for sign in logs.escaped(text))


def test_a_forged_line_stays_within_the_true_one(told):
    log.info("request failed", path="/x\r\n2026-01-01T00:00:00Z info    all is well\x1b[2K")
    lines = told().splitlines()
    assert len(lines) == 1
    assert "\\r\\n2026" in lines[0]


def test_a_traceback_holds_no_values_of_variables_and_begins_no_line(told):
    row = "canary of a row"
    try:
        raise ValueError("broken\n2026-01-01 info    forged")
    except ValueError:
        log.exception("an import failed", rows=len(row))
    first, *below = told().splitlines()
    assert "an import failed" in first
    assert "test_logs.py" in below[1]
    assert all(line.startswith("    ") for line in below)
    assert row not in "".join(below)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["a-", "password", "x://", "eyJ", "\x1b"])
def test_a_long_hostile_text_is_cut_before_it_is_searched(told, text):
    log.warning("met", value=text * 1_000_000)
    assert len(told()) < 40_000


def test_rows_that_are_brought_searched_and_refused_are_never_logged(api, told):
    rows = b"question,answer\n" + b"canary-one %d,canary-two\n" * 20
    made = api.post("datasets", files={"file": ("canary-three.csv", rows)})
    version = made.json()["id"]
    api.get(f"dataset-versions/{version}/rows", params={"q": "canary-one"})
    api.post("datasets", files={"file": ("a.csv", b'question,answer\n"canary-four,x')})
    api.post("datasets/paste", json={"text": "canary-five\tb\nc"})
    assert made.status_code == 201
    assert "canary" not in told()
