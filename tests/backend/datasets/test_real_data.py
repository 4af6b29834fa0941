"""Real files, each awkward in a way that people's own are, come in without a touch."""

import csv
import os
from pathlib import Path

import pytest

from backend.catalog.columns import ColumnType
from backend.recipes.mapping import propose
from tests.backend.datasets import tables

DATA = os.environ.get("LIKEWISE_TEST_DATA")

pytestmark = pytest.mark.skipif(not DATA, reason="LIKEWISE_TEST_DATA names no folder of real data")


def real(name: str) -> Path:
    return Path(DATA or "") / name


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("stsb/stsb-en-train.csv", 5_749),
        ("stsb/stsb-en-dev.csv", 1_500),
        ("stsb/stsb-en-test.csv", 1_379),
        ("banking77/train.csv", 10_003),
        ("banking77/test.csv", 3_080),
        ("med/MED.tsv", 5_382),
    ],
)
def test_no_row_is_lost_and_none_is_made_up(tmp_path, name, rows):
    path = real(name)
    table = tables.read(tmp_path, path.name, path.read_bytes())
    assert table.written.facts.rows == rows


def test_a_file_without_names_has_scores_on_its_own_scale(tmp_path):
    path = real("stsb/stsb-en-dev.csv")
    facts = tables.read(tmp_path, path.name, path.read_bytes()).written.facts
    assert facts.names == ["column 1", "column 2", "column 3"]
    score = facts.column("column 3")
    assert (score.type, score.minimum, score.maximum) == (ColumnType.NUMBER, 0.0, 5.0)
    assert propose(facts).label == "column 3"


def test_line_breaks_inside_cells_are_part_of_the_text(tmp_path):
    path = real("banking77/train.csv")
    rows = tables.read_rows(tmp_path, path.name, path.read_bytes())
    with path.open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert rows["text"] == [row["text"] for row in expected]
    assert any("\n" in text for text in rows["text"])
    assert len(set(rows["category"])) == 77


def test_columns_without_a_value_are_no_inputs(tmp_path):
    path = real("med/MED.tsv")
    facts = tables.read(tmp_path, path.name, path.read_bytes()).written.facts
    empty = [column.name for column in facts.columns if column.empty == facts.rows]
    assert len(facts.columns) == 16
    proposed = propose(facts)
    assert {"sentence1", "sentence2"} <= set(proposed.inputs)
    assert not set(empty) & set(proposed.inputs)
