"""The four real datasets as the spreadsheets that people bring."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from bench.real_tables import Real, Row

SEED = 1
"""Which rows are drawn."""
ALL = 1_000_000


@dataclass(frozen=True)
class Spreadsheet:
    """Names of columns as the data's own files or papers have them."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]

    def as_csv(self) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([self.columns, *self.rows])
        return out.getvalue().encode()


def spreadsheets(folder: Path, rows: int = ALL) -> list[Spreadsheet]:
    """At most so many `rows` of each, drawn; `folder` is LIKEWISE_TEST_DATA."""
    real = Real(folder)
    read: list[Row] = [
        (question, f"{title} {text}") for question, title, text in real.cranfield(rows, SEED)
    ]
    return [
        Spreadsheet("STS-B", ("sentence1", "sentence2", "score"), real.stsb(rows, SEED)),
        Spreadsheet("Banking77", ("text", "category"), real.banking(rows, SEED)),
        Spreadsheet("MED", ("sentence1", "sentence2", "gold_label"), real.med(rows, SEED)),
        Spreadsheet("Cranfield", ("question", "passage"), read),
    ]
