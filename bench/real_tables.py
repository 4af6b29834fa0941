"""The real datasets as tables to plant faults in, and a look at a table as the studio takes it."""

import csv
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets.facts import table_facts
from backend.datasets.looking.one_pass import Seen, one_pass
from backend.datasets.profile import ProfileSettings
from backend.recipes.schemas import Mapping
from bench.cranfield import answered, queries_and_documents

Row = tuple[str, ...]

STSB = Mapping(inputs=["one", "other"], label="score")
MED = Mapping(inputs=["one", "other"], label="class")
BANKING = Mapping(inputs=["text"], label="intent")


class Real:
    """Rows of LIKEWISE_TEST_DATA, in an order that the seed decides."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stsb(self, rows: int, seed: int = 0) -> list[Row]:
        """Sentence, sentence, score from 0 to 5."""
        with (self._folder / "stsb/stsb-en-train.csv").open(encoding="utf-8", newline="") as file:
            return _drawn([(a, b, score) for a, b, score in csv.reader(file)], rows, seed)

    def med(self, rows: int, seed: int = 0) -> list[Row]:
        """Premise, hypothesis, what follows."""
        with (self._folder / "med/MED.tsv").open(encoding="utf-8", newline="") as file:
            read = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found = [(r["sentence1"], r["sentence2"], r["gold_label"]) for r in read]
        return _drawn(found, rows, seed)

    def banking(self, rows: int, seed: int = 0) -> list[Row]:
        """A customer's question, its intent."""
        with (self._folder / "banking77/train.csv").open(encoding="utf-8", newline="") as file:
            found = [(r["text"], r["category"]) for r in csv.DictReader(file)]
        return _drawn(found, rows, seed)

    def cranfield(self, rows: int, seed: int = 0) -> list[Row]:
        """A question, the title and the text of a document that answers it."""
        return _drawn(answered(*queries_and_documents(self._folder / "cranfield")), rows, seed)


def table(rows: list[Row], mapping: Mapping, numbers: bool = False, **more: list[str]) -> pa.Table:
    """Rows of the mapping's inputs and label; `numbers` says that the label is a score. `more` are
    further columns."""
    names = [*mapping.inputs, *([mapping.label] if mapping.label else [])]
    columns = {
        name: pa.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    if numbers and mapping.label:
        columns[mapping.label] = columns[mapping.label].cast(pa.float64())
    return pa.table(columns | {name: pa.array(values) for name, values in more.items()})


def seen(rows: pa.Table, mapping: Mapping | None) -> Seen:
    """A table as one pass sees it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(rows, path)
        facts = table_facts(rows.schema, rows.to_batches())
        return one_pass(path, facts, mapping, ProfileSettings(), lambda _: None)


def _drawn(rows: list[Row], count: int, seed: int) -> list[Row]:
    return random.Random(seed).sample(rows, min(count, len(rows)))
