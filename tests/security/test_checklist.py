"""Each row of the checklist has its tests, and each of these tests is there."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.security.checklist import ROWS, page

ROOT = Path(__file__).parents[2]
NUMBERS = range(1, 44)


@cache
def collected(path: str) -> frozenset[str]:
    """The names that pytest takes for tests in a file: functions, at the top or in a Test class."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bodies = [tree.body, *(node.body for node in classes if node.name.startswith("Test"))]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name
        for body in bodies
        for node in body
        if isinstance(node, kinds) and node.name.startswith("test")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_each_row_has_tests_that_are_there(row):
    assert row.tests
    missing = [
        test
        for test in row.tests
        if not (ROOT / test.split("::")[0]).is_file()
        or test.split("::")[1] not in collected(test.split("::")[0])
    ]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_each_row_says_what_is_feared_and_what_is_done(row):
    assert row.threat
    assert row.source
    assert len(row.requirement) > 30


def test_every_threat_has_one_row_and_they_stand_in_order():
    assert [row.number for row in ROWS] == list(NUMBERS)


def test_no_test_is_named_twice_in_a_row():
    doubled = {row.number: Counter(row.tests).most_common(1)[0][1] for row in ROWS}
    assert set(doubled.values()) == {1}


def test_the_page_is_the_table():
    assert (ROOT / "docs" / "security.md").read_text(encoding="utf-8") == page()
