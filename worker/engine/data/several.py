"""Several datasets as one, in which each row knows where it comes from."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from torch.utils.data import ConcatDataset


class NamedDatasets(ConcatDataset[Any]):
    """All rows, one dataset after the other; each row tells the name under "dataset_name"."""

    def __init__(self, datasets: Mapping[str, Any]) -> None:
        super().__init__(datasets.values())
        self.by_name = dict(datasets)
        self.names = list(datasets)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """The rows of a batch, read at once from each dataset that they are of."""
        places = [bisect_right(self.cumulative_sizes, index) for index in indices]
        firsts = [0, *self.cumulative_sizes]
        found: dict[int, dict[str, Any]] = {}
        for place in dict.fromkeys(places):
            name = self.names[place]
            wanted = [i for i, at in zip(indices, places, strict=True) if at == place]
            rows = self.by_name[name].__getitems__([i - firsts[place] for i in wanted])
            found |= {i: {**row, "dataset_name": name} for i, row in zip(wanted, rows, strict=True)}
        return [found[index] for index in indices]
