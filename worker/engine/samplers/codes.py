"""Numbers in place of texts: equal texts get equal numbers, in whatever column they stand."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Table(Protocol):
    """What a sampler needs of a dataset: its columns and their values."""

    @property
    def column_names(self) -> list[str]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, key: str, /) -> Any: ...


def text_codes(dataset: Table, without: Iterable[str] = ()) -> Sequence[frozenset[int]]:
    """For each row the codes of its values, all columns but `without` together.

    Reads every column once, at the start; sampling then touches no text.
    """
    left_out = set(without)
    columns = [name for name in dataset.column_names if name not in left_out]
    seen: dict[str, int] = {}
    # [:] reads a column at once; walking a lazy one took 10 s instead of 3 for 200,000 rows.
    coded = [
        [seen.setdefault(str(value), len(seen)) for value in dataset[name][:]] for name in columns
    ]
    return [frozenset(codes) for codes in zip(*coded, strict=True)]
