"""Row 43: what a person types to search, filter or sort is a value, never a piece of a program."""

import re
from itertools import product

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.datasets import rows
from backend.datasets.operations.by_name import parse

SLOW = "(a+)+$"
LONG = "a" * 1_000_000 + "!"
HOSTILE = ["'; DROP TABLE datasets; --", '" OR 1=1', "%", "_", SLOW, "(", "\\", "{{7*7}}", "${7*7}"]


@pytest.fixture
def version(api) -> str:
    table = "question,answer\n" + "".join(
        f'"{text.replace(chr(34), chr(34) * 2)}",x\n' for text in HOSTILE
    )
    made = api.post("datasets", files={"file": ("hostile.csv", table.encode())})
    assert made.status_code == 201
    return str(made.json()["id"])


def test_a_search_finds_the_rows_that_hold_just_this_text(api, version):
    for text in HOSTILE:
        found = api.get(f"dataset-versions/{version}/rows", params={"q": text}).json()["items"]
        holding = [each for each in HOSTILE if text in each]
        assert [row["cells"]["question"] for row in found] == holding


def test_lists_take_no_text_for_a_program(api, version):
    names = ("cursor", "status", "q", "sort", "order", "name")
    for path, name, text in product(("runs", "models", "datasets"), names, HOSTILE):
        assert api.get(path, params={name: text}).status_code in (200, 400, 422)
    assert api.get(f"dataset-versions/{version}").status_code == 200


@pytest.mark.timeout(20)  # backtracking would take longer than the sun has left
def test_a_text_made_to_be_slow_is_found_or_not_at_once(tmp_path):
    table = pa.table({"text": [LONG, SLOW]})
    pq.write_table(table, tmp_path / "rows.parquet")
    found = rows.page(tmp_path / "rows.parquet", 0, 10, SLOW)
    assert [row.number for row in found.rows] == [1]
    kept = parse({"name": "filter", "parameters": {"column": "text", "contains": SLOW}}).apply(
        table
    )
    assert kept["text"].to_pylist() == [SLOW]


def test_no_pattern_of_a_person_reaches_an_engine_that_backtracks(root):
    """Every pattern of ours is written in the code; people's texts are looked for as they are."""
    made = re.compile(
        r"\bre\.(?:compile|search|match|fullmatch|sub|split|findall)\(\s*+(?![rfb]*[\"'(]|_|[A-Z])"
    )
    texts = {place: place.read_text(encoding="utf-8") for place in (root / "backend").rglob("*.py")}
    found = {place.name for place, text in texts.items() if made.search(text)}
    assert found == {
        "examples.py",  # asks the patterns of our own schemas of our own examples
        "glossary.py",  # a choice among the glossary's own words, escaped
    }


def test_no_statement_is_put_together_from_texts(root):
    joined = re.compile(r"(?:\btext|\bexecute|exec_driver_sql)\(\s*f[\"']")
    texts = {place: place.read_text(encoding="utf-8") for place in (root / "backend").rglob("*.py")}
    found = {place.name for place, text in texts.items() if joined.search(text)}
    assert found == {
        "beir.py",  # a table's name, one of two of ours, in a database of one import's own
        "db.py",  # a pragma and a mode of ours
        "migrate.py",  # a number and a name of ours; neither can be bound in a SET
    }
