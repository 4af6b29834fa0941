"""Rows 17 and 24: a file of a person's is taken away, and runs neither in a browser nor a sheet."""

import csv
import io

import pytest

from backend.web.headers import FOR_FILES

FORMULAS = ["=1+1", "+1", "-1+x", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil","x")']
PLAIN = ["a = b", "1+1", "'quoted", "é–日本", 'with "quotes", and\na line']
HTML = "<script>alert(1)</script>"


@pytest.fixture
def version(api) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["=question", "answer", "n"],
            *([text, HTML, n] for n, text in enumerate(FORMULAS + PLAIN)),
        ]
    )
    files = {"file": ("a.csv", out.getvalue().encode())}
    return str(api.post("datasets", files=files).json()["id"])


def sheet(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_no_cell_of_a_spreadsheet_begins_a_formula(api, version):
    table = sheet(api.get(f"dataset-versions/{version}/download", params={"format": "csv"}))
    texts = [row[0] for row in table]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert texts[-len(PLAIN) :] == PLAIN
    assert len(table) == 1 + len(FORMULAS + PLAIN)


def test_what_is_trained_with_comes_back_true_to_the_byte(api, version):
    content = api.get(f"dataset-versions/{version}/download").content
    again = api.post("datasets", files={"file": ("again.parquet", content)})
    assert (again.status_code, again.json()["id"]) == (200, version)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_browser_keeps_it_and_shows_nothing(api, version, form):
    answer = api.get(f"dataset-versions/{version}/download", params={"format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{version}.{form}"'
    assert answer.headers["content-security-policy"] == FOR_FILES
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "html" not in answer.headers["content-type"]


def test_no_route_answers_with_what_a_person_sent_as_a_page_of_its_own(api, server):
    page = f"question,answer\n{HTML},b\n".encode() * 3
    for name in ("evil.html", "evil.svg", "evil.xml"):
        answer = api.post("datasets", files={"file": (name, page)})
        assert HTML not in answer.text or answer.headers["content-type"].endswith("json")
