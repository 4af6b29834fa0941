"""A piece of a table as a reader hands it over, before it is known what its columns are."""

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from backend.catalog.columns import ColumnType


class Chunk(Protocol):
    """Some rows. `place(i)` says where row `i` of it stands in the file, in words."""

    @property
    def names(self) -> Sequence[str]: ...

    @property
    def rows(self) -> int: ...

    def kind(self, name: str) -> ColumnType | None:
        """The narrowest kind that holds all values of this column; None if it has none."""

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        """The column's values as `type_`, which is at least as wide as `kind(name)`."""

    def place(self, row: int) -> str: ...
