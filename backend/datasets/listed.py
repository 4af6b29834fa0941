"""A version as a line of a list says it: whose it is, how large, with which columns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from backend.catalog.columns import ColumnFacts
from backend.datasets import facts
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import VersionId


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A version of a dataset, under the dataset's name."""

    id: VersionId
    name: str
    rows: int
    size_bytes: int
    columns: tuple[ColumnFacts, ...]
    created_at: datetime

    @classmethod
    def of(cls, dataset: Dataset, version: DatasetVersion) -> Self:
        return cls(
            id=version.id,
            name=dataset.name,
            rows=version.rows,
            size_bytes=version.size_bytes,
            columns=facts.from_json(version.facts).columns,
            created_at=version.created_at,
        )

    @classmethod
    def newest(cls, dataset: Dataset) -> Self:
        """The newest version of `dataset`, which has its versions with it."""
        return cls.of(dataset, dataset.versions[0])
