"""How a delimited file is written: what divides cells, what quotes mean, and if names come first.

Pure: the start of a file's text in, dialects in order of plausibility out.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.datasets.reading.cell_kinds import is_number

DELIMITERS = (",", "\t", ";", "|")

_SAMPLE_RECORDS = 1_000
_NAME = re.compile(r"[^\W\d][\w .:/#()%-]{0,59}")
_MOST_WORDS_IN_A_NAME = 4


@dataclass(frozen=True)
class Dialect:
    """`quoting` is one of the three ways that files mean a quotation mark."""

    delimiter: str
    quoting: str

    def reader_options(self) -> dict[str, Any]:
        return {"delimiter": self.delimiter, "strict": True, **_QUOTING[self.quoting]}


_QUOTING: dict[str, dict[str, Any]] = {
    "doubled": {"quotechar": '"', "doublequote": True},
    "escaped": {"quotechar": '"', "doublequote": False, "escapechar": "\\"},
    "literal": {"quoting": csv.QUOTE_NONE},
}


def plausible(sample: str, usual: str, is_whole: bool) -> list[Dialect]:
    """The dialects that could be this file's, likeliest first. `usual` is its ending's delimiter.

    A delimiter speaks for itself by cutting every record into as many cells as the first, and more
    than one. With quotation marks about, those ways of quoting come first that hold in the sample.
    """
    text = sample if is_whole else sample[: sample.rfind("\n") + 1] or sample
    order = [usual, *(d for d in DELIMITERS if d != usual)]
    quotings = list(_QUOTING) if '"' in text else ["doubled"]
    scores = {
        dialect: score
        for delimiter in order
        for quoting in quotings
        if (score := _score(text, dialect := Dialect(delimiter, quoting))) is not None
    }
    if not scores:
        return [Dialect(usual, "doubled")]
    best = max(scores, key=lambda dialect: scores[dialect])
    delimiter = best.delimiter if scores[best] > (0.0, 0) else usual
    same = [dialect for dialect in scores if dialect.delimiter == delimiter]
    return same or [best]


def _score(text: str, dialect: Dialect) -> tuple[float, int] | None:
    """(share of records as wide as the first, that width); (0, 0) if it divides nothing; None if
    the text breaks the rules of quoting."""
    widths = []
    try:
        for record in csv.reader(text.splitlines(keepends=True), **dialect.reader_options()):
            if record:
                widths.append(len(record))
            if len(widths) == _SAMPLE_RECORDS:
                break
    except csv.Error:
        return None
    if not widths or widths[0] == 1:
        return (0.0, 0)
    return (widths.count(widths[0]) / len(widths), widths[0])


def has_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Are the cells of the first record names, rather than values like those below?

    A record that stands alone is taken for names: a table of one row teaches nothing.
    """
    if not rest:
        return True
    if any(is_number(cell) for cell in first):
        return False
    below = [[row[i] for row in rest if i < len(row)] for i in range(len(first))]
    if any(cell.strip() and cell in column for cell, column in zip(first, below, strict=True)):
        return False
    if any(column and all(map(is_number, column)) for column in below):
        return True
    return all(_is_name(cell.strip()) for cell in first if cell.strip())


def _is_name(cell: str) -> bool:
    return bool(_NAME.fullmatch(cell)) and len(cell.split()) <= _MOST_WORDS_IN_A_NAME
