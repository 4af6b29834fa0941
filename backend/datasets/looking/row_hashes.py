"""64 bits for each text of each row: enough to tell which rows say the same, in little memory.

Two different texts share their bits once in 10¹⁹; in ten million rows that is one chance in 300,000.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backend.datasets.split import normal
from backend.recipes.parts import part_of
from backend.recipes.schemas import Mapping

Hashes = npt.NDArray[np.int64]
PARTS = ("train", "choose", "prove")
"""A row's part is its place here; −1 is none."""


@dataclass(frozen=True, kw_only=True)
class RowHashes:
    """All rows of a table. 0 stands for a blank or missing value; rows R, inputs I.

    `label_R` tells labels apart; `score_R` has them as numbers, if they are numbers.
    """

    texts_RI: Hashes
    label_R: Hashes | None
    score_R: npt.NDArray[np.float64] | None
    group_R: Hashes | None
    part_R: npt.NDArray[np.int8] | None

    @cached_property
    def complete_R(self) -> npt.NDArray[np.bool_]:
        """Rows in which no text is missing."""
        complete_R: npt.NDArray[np.bool_] = (self.texts_RI != 0).all(axis=1)
        return complete_R


class HashCollector:
    """Sees the mapped columns batch by batch; there is room for `rows` from the start, for at the
    end there would not be room for all of it twice."""

    def __init__(self, mapping: Mapping, part: str | None, rows: int) -> None:
        self._mapping = mapping
        self._part = part
        self._texts_RI = np.empty((rows, len(mapping.inputs)), dtype=np.int64)
        self._label_R = _room(rows, mapping.label or mapping.grade)
        self._score_R: npt.NDArray[np.float64] | None = None
        self._group_R = _room(rows, mapping.group)
        self._part_R = np.empty(rows, dtype=np.int8) if part is not None else None
        self._seen = 0

    def see(self, batch: pa.RecordBatch) -> None:
        mapping = self._mapping
        its = slice(self._seen, self._seen + batch.num_rows)
        self._seen = its.stop
        for i, name in enumerate(mapping.inputs):
            self._texts_RI[its, i] = _text_hashes(batch.column(name))
        if self._label_R is not None:
            label = batch.column(mapping.label or mapping.grade)
            self._label_R[its] = _value_hashes(label)
            if pa.types.is_integer(label.type) or pa.types.is_floating(label.type):
                if self._score_R is None:
                    self._score_R = np.empty(len(self._label_R))
                scores = label.cast(pa.float64(), safe=False)
                self._score_R[its] = scores.to_numpy(zero_copy_only=False)
        if self._group_R is not None:
            self._group_R[its] = _value_hashes(batch.column(mapping.group))
        if self._part_R is not None:
            self._part_R[its] = _parts(batch.column(self._part))

    def hashes(self) -> RowHashes:
        return RowHashes(
            texts_RI=self._texts_RI,
            label_R=self._label_R,
            score_R=self._score_R,
            group_R=self._group_R,
            part_R=self._part_R,
        )


def _room(rows: int, column: str | None) -> Hashes | None:
    return np.empty(rows, dtype=np.int64) if column is not None else None


def _text_hashes(texts: pa.Array) -> Hashes:
    """The same for texts that differ in case and spacing alone."""
    return _hashed([text and normal(text) for text in texts.to_pylist()])


def _value_hashes(values: pa.Array) -> Hashes:
    if pa.types.is_integer(values.type):  # 1 and 1.0 are the same label
        values = values.cast(pa.float64(), safe=False)
    return _hashed([None if v is None else f"={v}" for v in values.to_pylist()])


def _hashed(values: Sequence[str | None]) -> Hashes:
    return np.fromiter((hash(v) if v else 0 for v in values), dtype=np.int64, count=len(values))


def _parts(values: pa.Array) -> npt.NDArray[np.int8]:
    encoded = pc.dictionary_encode(values)
    names = [part_of(str(value)) for value in encoded.dictionary.to_pylist()]
    numbers = np.array([PARTS.index(n) if n else -1 for n in names] + [-1], dtype=np.int8)
    parts: npt.NDArray[np.int8] = numbers[
        encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    ]
    return parts
