"""Rows in parts: as a column has divided them already, less what leaks, or as drawn. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backend.datasets.judgements import compared
from backend.datasets.split import Indices, Split, split, texts_of, without
from backend.recipes.parts import part_of
from backend.recipes.schemas import DatasetUse, Mapping


@dataclass(frozen=True, kw_only=True)
class Given:
    """`split` leaves out `leaked` rows: they have a text of a part that measures."""

    split: Split
    leaked: int


class UnknownPart(ValueError):
    """A row, from 0, whose value names no part."""

    def __init__(self, row: int, value: str | None) -> None:
        super().__init__(f"row {row}: {value!r}")
        self.row = row
        self.value = value


def parts_of(use: DatasetUse, complete: pa.Table, seed: int) -> Given:
    """The complete rows of a dataset in their parts, as its recipe says; `seed` is the recipe's.

    Raises UnknownPart where the column of parts has another word.
    """
    column, alike = use.held_out.part, compared(use.mapping)
    drawn_by = seed if use.held_out.seed is None else use.held_out.seed
    if column is None:
        return Given(split=split(complete, alike, use.held_out, drawn_by), leaked=0)
    return by_column(complete, alike, column)


def by_column(table: pa.Table, mapping: Mapping, column: str) -> Given:
    """The parts that `column` gives. What proves is kept whole: rows with a text of it are left
    out of those to choose by, and rows with a text of either out of those to learn from.

    Raises UnknownPart for the first row that names none.
    """
    part_R = _parts(table.column(column))
    prove, choose, train = (np.flatnonzero(part_R == part) for part in ("prove", "choose", "train"))
    proving = texts_of(table.take(prove), mapping)
    sound = choose[without(table.take(choose), mapping, proving)]
    measuring = proving | texts_of(table.take(sound), mapping)
    learned = train[without(table.take(train), mapping, measuring)]
    return Given(
        split=Split(train=learned, choose=sound, prove=prove),
        leaked=len(choose) - len(sound) + len(train) - len(learned),
    )


def _parts(column: pa.ChunkedArray) -> npt.NDArray[np.str_]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    values: list[str] = encoded.dictionary.to_pylist()
    codes: Indices = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    parts = np.array([*((part_of(value) or "") for value in values), ""])
    found: npt.NDArray[np.str_] = parts[codes]
    unknown = np.flatnonzero(found == "")
    if len(unknown):
        row = int(unknown[0])
        raise UnknownPart(row, column[row].as_py())
    return found
