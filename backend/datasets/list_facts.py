"""What one pass tells of a column of lists of numbers: one length? whole? shares of 1?"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import NEAR_ONE


class Lists:
    """Sees a column batch by batch. Rows count from 0; an empty row is no list at all."""

    def __init__(self) -> None:
        self._first_length: int | None = None
        self._rows = 0
        self._sum_to_one = True
        self.ragged_row: int | None = None
        self.hole_row: int | None = None

    @property
    def length(self) -> int | None:
        """That of every list; None where they differ or there is none."""
        return self._first_length if self.ragged_row is None else None

    @property
    def are_shares(self) -> bool:
        """Whether each list's numbers are from 0 on and sum to 1."""
        return self.length is not None and self.hole_row is None and self._sum_to_one

    def see(self, array: pa.Array) -> None:
        lengths_R = pc.list_value_length(array)
        self._see_lengths(lengths_R)
        if self.hole_row is None:
            self._see_holes(array)
        if self.are_shares and self.length and array.null_count < len(array):
            values_RL = array.flatten().to_numpy().reshape(-1, self.length)
            sums_R = values_RL.sum(axis=1)
            self._sum_to_one = bool((values_RL >= 0).all() and (abs(sums_R - 1) < NEAR_ONE).all())
        self._rows += len(array)

    def _see_lengths(self, lengths_R: pa.Array) -> None:
        known = lengths_R.drop_null()
        if self.ragged_row is not None or not len(known):
            return
        if self._first_length is None:
            self._first_length = known[0].as_py()
        row = pc.index(pc.not_equal(lengths_R, self._first_length), True).as_py()
        if row >= 0:
            self.ragged_row = self._rows + row

    def _see_holes(self, array: pa.Array) -> None:
        values = array.flatten().fill_null(np.nan)
        if pc.all(pc.is_finite(values)).as_py() is False:
            holes = pc.invert(pc.is_finite(values))
            row = pc.list_parent_indices(array).filter(holes)[0].as_py()
            self.hole_row = self._rows + row
