"""Datasets as they enter and leave."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from backend.catalog.columns import ColumnType
from backend.datasets import facts
from backend.datasets.rows import RowPage
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import DatasetId, VersionId
from backend.recipes.fits import Fit, Fitness
from backend.recipes.format_of import Format
from backend.recipes.schemas import Mapping, Strict
from backend.web.labels import Tags
from backend.web.problem_details import FixOut


class ColumnOut(BaseModel):
    """What is known of a column. `minimum` and `maximum` are of its numbers, or of its texts'
    lengths in characters; from 100 000 on, `distinct` says "at least so many"."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    type: ColumnType
    nulls: int
    empty: int = Field(description="Texts that hold nothing but blanks.")
    distinct: int
    minimum: float | None
    maximum: float | None
    mean_characters: float | None
    list_length: int | None = Field(description="Of all its lists; null if they differ.")
    examples: list[str]


class VersionOut(BaseModel):
    """One immutable table. The same content is always the same version."""

    id: VersionId
    dataset_id: DatasetId
    parent_id: VersionId | None
    operation: dict[str, Any] = Field(description="What it was made by.")
    content_hash: str = Field(description="SHA-256 of its columns' names, kinds and values.")
    rows: int
    size_bytes: int
    columns: list[ColumnOut]
    created_at: datetime

    @classmethod
    def of(cls, version: DatasetVersion) -> Self:
        table = facts.from_json(version.facts)
        return cls(
            id=version.id,
            dataset_id=version.dataset_id,
            parent_id=version.parent_id,
            operation=version.operation,
            content_hash=version.content_hash,
            rows=version.rows,
            size_bytes=version.size_bytes,
            columns=[ColumnOut.model_validate(column) for column in table.columns],
            created_at=version.created_at,
        )


class DatasetOut(BaseModel):
    """A named collection of versions, the newest first."""

    id: DatasetId
    name: str
    tags: list[str]
    created_at: datetime
    versions: list[VersionOut]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        return cls(
            id=dataset.id,
            name=dataset.name,
            tags=dataset.tags,
            created_at=dataset.created_at,
            versions=[VersionOut.of(version) for version in dataset.versions],
        )


class DatasetChange(Strict):
    """What is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: Tags | None = None


class RowOut(BaseModel):
    """`row` counts from 0."""

    row: int
    cells: dict[str, Any]


class RowsOut(BaseModel):
    """Rows in the version's own order; `next_offset` is null on the last page."""

    items: list[RowOut]
    next_offset: int | None

    @classmethod
    def of(cls, page: RowPage) -> Self:
        return cls(
            items=[RowOut(row=row.number, cells=row.cells) for row in page.rows],
            next_offset=page.next_offset,
        )


class FitsIn(Strict):
    mapping: Mapping | None = Field(None, description="Empty: the one that the names suggest.")


class RecommendIn(FitsIn):
    loss: str | None = Field(None, description="Empty: the first that fits.")
    goal: str | None = Field(
        None, description="What the model is for, one of `/goals`. Empty: what the data looks like."
    )


class FitOut(BaseModel):
    """One loss's answer. The fixes patch the mapping; their pointers start at it."""

    loss: str
    purpose: str
    fitness: Fitness
    because: str | None
    fixes: list[FixOut]

    @classmethod
    def of(cls, fit: Fit) -> Self:
        return cls(
            loss=fit.loss.name,
            purpose=fit.loss.purpose,
            fitness=fit.fitness,
            because=fit.because,
            fixes=[FixOut(label=fix.label, patch=list(fix.patch)) for fix in fit.fixes],
        )


class FitsOut(BaseModel):
    """What these columns are, and what can be trained with them: an answer for each loss, those that
    fit first."""

    format: Format
    sentence: str = Field(description="What the data is, as a person would say it.")
    mapping: Mapping
    losses: list[FitOut]
