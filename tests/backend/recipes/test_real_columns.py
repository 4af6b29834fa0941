"""Real tables, each awkward in its own way: the right columns are proposed without help."""

import csv
import os
from pathlib import Path

import pyarrow as pa
import pytest

from backend.datasets.facts import table_facts
from backend.datasets.sample import sample_table
from backend.recipes.fits import Fitness, fits
from backend.recipes.formats import recognise
from backend.recipes.mapping import propose
from backend.recipes.schemas import Mapping

DATA = os.environ.get("LIKEWISE_TEST_DATA")


def real(name: str, header: bool = True, score: str | None = None) -> pa.Table:
    """The file as the studio keeps it; the reading itself is tested elsewhere."""
    if not DATA:
        pytest.skip("LIKEWISE_TEST_DATA names no folder of real data")
    path = Path(DATA) / name
    delimiter = "\t" if path.suffix == ".tsv" else ","
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file, delimiter=delimiter)
    if not header:
        rows, names = [names, *rows], [f"column {n + 1}" for n in range(len(names))]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    if score:
        columns[score] = [float(value) for value in columns[score]]
    return pa.table(columns)


def facts_of(table: pa.Table):
    return table_facts(table.schema, table.to_batches())


@pytest.mark.parametrize("part", ["train", "dev", "test"])
def test_scored_pairs_without_a_header(part):
    facts = facts_of(real(f"stsb/stsb-en-{part}.csv", header=False, score="column 3"))
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["column 1", "column 2"], label="column 3")
    assert "score of how alike they are, from 0 to 5" in recognise(facts, mapping).sentence


@pytest.mark.parametrize("part", ["train", "test"])
def test_texts_with_an_intent(part):
    facts = facts_of(real(f"banking77/{part}.csv"))
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["text"], label="category")
    assert recognise(facts, mapping).sentence == "This looks like texts in 77 classes."


def test_two_sentences_and_a_class_among_sixteen_columns():
    facts = facts_of(real("med/MED.tsv"))
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["sentence1", "sentence2"], label="gold_label")
    found = recognise(facts, mapping)
    assert found.format.value == "pair + class"
    assert len(found.surplus) == 13
    assert [name for name, why in found.surplus.items() if why == "is empty"] == [
        *(f"sentence{n}{kind}_parse" for kind in ("_binary", "") for n in (1, 2)),
        *(f"label{n}" for n in range(1, 6)),
    ]


@pytest.mark.slow
def test_what_python_says_of_itself():
    facts = facts_of(sample_table(limit=200))
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["name", "summary"], group="package")
    assert recognise(facts, mapping).sentence == "This looks like names with what they stand for."
    assert any(fit.fitness is Fitness.FITS for fit in fits(mapping, facts))
