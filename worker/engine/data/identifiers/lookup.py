"""One dataset of ids and values: where the value of an id stands, in little memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from datasets import Dataset, DatasetDict

ROWS_AT_ONCE = 50_000
WIDEST_ID = 128  # bytes; NumPy makes all texts as wide as the widest


class IdPlaces:
    """The row of each id; of an id that comes twice, the last row. Sorted arrays where ids allow it:
    a fraction of a dictionary's memory, and quick to send to loader processes."""

    def __init__(self, ids: list[Any]) -> None:
        self.rows = len(ids)
        keys = np.asarray(ids)
        self.sorted: np.ndarray | None = None
        self.places: dict[Any, int] | np.ndarray
        if keys.ndim == 1 and keys.dtype.kind in "ifUS" and keys.itemsize <= WIDEST_ID:
            order = np.argsort(keys, kind="stable")
            keys = keys[order]
            is_last = np.append(keys[1:] != keys[:-1], [True] * bool(len(keys)))
            self.sorted, self.places = keys[is_last], order[is_last]
        else:
            self.places = {key: row for row, key in enumerate(ids)}

    def __len__(self) -> int:
        return len(self.places)

    def of(self, ids: Sequence[Any]) -> list[int]:
        """The rows of `ids`. Raises KeyError with the first that is unknown."""
        if self.sorted is None:
            return [self.places[key] for key in ids]
        wanted = np.asarray(ids)
        if wanted.dtype.kind != self.sorted.dtype.kind or not len(self.sorted):
            raise KeyError(ids[0])
        at = np.searchsorted(self.sorted, wanted).clip(max=len(self.sorted) - 1)
        is_known = self.sorted[at] == wanted
        if not is_known.all():
            raise KeyError(wanted[~is_known][0].item())
        rows: list[int] = np.asarray(self.places)[at].tolist()
        return rows


@dataclass(frozen=True)
class Lookup:
    """The values of a dataset by its ids; `column` is the column whose ids it answers."""

    column: str
    values: Dataset
    places: IdPlaces

    def take(self, ids: Sequence[Any]) -> list[Any]:
        """The values of `ids`, in their order. Raises KeyError, or TypeError for what is no id."""
        if not ids:
            return []
        try:
            rows = self.places.of(ids)
        except TypeError:
            raise TypeError(
                f"The ids of column {self.column!r} can't be looked up, as if the dataset had a "
                "format. Call dataset.with_format(None) first."
            ) from None
        except KeyError as unknown:
            raise KeyError(
                f"The id {unknown.args[0]!r} of column {self.column!r} is not in its lookup dataset."
            ) from None
        values: list[Any] = self.values[rows][self.values.column_names[0]]
        return values


def read_lookup(column: str, given: Any, known: dict[tuple[int, str], IdPlaces]) -> Lookup:
    """`given` as people write it: a dataset, (dataset, id column) or (…, …, value column).

    `known` keeps what was read, for columns that share a dataset. Raises ValueError or TypeError
    where the columns can't be told.
    """
    dataset, id_column, value_column = _parts(column, given)
    plain = dataset.with_format(None)
    id_column = id_column or _only(
        [name for name in plain.column_names if name == "id" or name.endswith("_id")],
        f"lookups[{column!r}] should have one column named 'id' or ending in '_id'",
    )
    value_column = value_column or _only(
        [name for name in plain.column_names if name != id_column],
        f"lookups[{column!r}] should have one column besides {id_column!r}",
    )
    for name in (id_column, value_column):
        if name not in plain.column_names:
            raise ValueError(
                f"lookups[{column!r}] has no column {name!r}; it has {plain.column_names}."
            )
    if (key := (id(dataset), id_column)) not in known:
        parts = plain.select_columns([id_column]).iter(batch_size=ROWS_AT_ONCE)
        known[key] = IdPlaces([value for part in parts for value in part[id_column]])
    return Lookup(column, plain.select_columns([value_column]), known[key])


def _parts(column: str, given: Any) -> tuple[Dataset, str | None, str | None]:
    parts = given if isinstance(given, tuple) else (given, None)
    if len(parts) not in (2, 3):
        raise ValueError(
            f"lookups[{column!r}] is a dataset, (dataset, id column) or (dataset, id column, value "
            f"column), not a tuple of {len(parts)}."
        )
    if isinstance(parts[0], DatasetDict):
        raise TypeError(f"lookups[{column!r}] holds several splits; name one, as data['train'].")
    if not isinstance(parts[0], Dataset):
        raise TypeError(f"lookups[{column!r}] is a {type(parts[0]).__name__}; give a Dataset.")
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None


def _only(names: list[str], wish: str) -> str:
    if len(names) != 1:
        found = names or "none"
        raise ValueError(f"{wish}, but has {found}. Say which: (dataset, id_col, value_col).")
    return names[0]
